#!/usr/bin/env bash
# Builds of brig beside those of buildah (and docker, where it runs), on this machine, one after another: unchanged rebuild of a context of
# 20,000 files, 60 steps of "RUN true", COPY of 1 GB and of 100,000 files, peak memory. As root; FAST=1 makes the inputs ten times smaller.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
brig=${BRIG_BINARY:-$PWD/artifacts/brig}
work=$(mktemp -d /var/tmp/brig-bench-builds.XXXXXX)
rounds=${ROUNDS:-5}
scale=$([ -n "${FAST-}" ] && echo 10 || echo 1)
finish() { rm -rf "$work"; }
trap finish EXIT
b() { "$brig" --root "$work/brig" --run-root "$work/brig-run" "$@"; }
u() { buildah --root "$work/buildah" --runroot "$work/buildah-run" --storage-driver "${BUILDAH_DRIVER:-overlay}" "$@"; }

mkdir -p "$work/base/bin" "$work/base/etc" "$work/base/tmp"
cp "$(command -v busybox)" "$work/base/bin/busybox"
for a in sh true cat ls mkdir; do ln -s busybox "$work/base/bin/$a"; done
echo 'root:x:0:0:root:/root:/bin/sh' >"$work/base/etc/passwd"
tar -C "$work/base" -cf "$work/base.tar" .
b import "$work/base.tar" localhost/base >/dev/null
engines=(brig)
if command -v buildah >/dev/null; then
  mkdir "$work/ctx-base" && cp "$work/base.tar" "$work/ctx-base/base.tar"
  printf 'FROM scratch\nADD base.tar /\n' >"$work/ctx-base/Dockerfile"
  if u bud -q --isolation chroot -t localhost/base "$work/ctx-base" >/dev/null 2>"$work/err"; then engines+=(buildah); else echo "buildah does not run here: $(tail -1 "$work/err")"; fi
fi
if command -v docker >/dev/null && docker version >/dev/null 2>&1; then docker import "$work/base.tar" localhost/base >/dev/null && engines+=(docker); else echo "docker: no daemon here"; fi

build() { # ENGINE CACHED|COLD CONTEXT
  local no=(); [ "$2" = COLD ] && no=(--no-cache)
  case $1 in
    brig) b build -q "${no[@]}" -t bench "$3" ;;
    buildah) u bud -q --isolation "${BUILDAH_ISOLATION:-chroot}" --layers "${no[@]}" -t bench "$3" ;;
    docker) docker build -q "${no[@]}" -t bench "$3" ;;
  esac >/dev/null 2>"$work/err" || { echo "$1: $(tail -1 "$work/err")" >&2; return 1; }
}
now() { date +%s%N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
measure() { # TITLE MODE CONTEXT
  printf '%-46s' "$1"
  local own=
  for engine in "${engines[@]}"; do
    build "$engine" CACHED "$3" || { printf ' %s: failed' "$engine"; continue; }
    local ms
    ms=$(for _ in $(seq "$rounds"); do s=$(now); build "$engine" "$2" "$3"; echo $((($(now) - s) / 1000000)); done | median)
    if [ "$engine" = brig ]; then own=$ms; printf ' brig %6d ms' "$ms"; else printf '   %s %6d ms (%s x)' "$engine" "$ms" "$(awk "BEGIN { printf \"%.1f\", $ms / ($own ? $own : 1) }")"; fi
  done
  echo
}

mkdir "$work/many" && (cd "$work/many" && for d in $(seq 200); do mkdir "d$d" && for f in $(seq $((100 / scale))); do echo "$d $f" >"d$d/f$f"; done; done)
printf 'FROM localhost/base\nCOPY . /src\nRUN true\n' >"$work/many/Dockerfile"
sleep 3 # files that changed just now are hashed again by everyone
measure "unchanged rebuild, $((20000 / scale)) files" CACHED "$work/many"
mkdir "$work/steps"; { echo FROM localhost/base; for i in $(seq $((60 / scale))); do echo "RUN true $i"; done; } >"$work/steps/Dockerfile"
measure "cold, $((60 / scale)) steps of RUN true" COLD "$work/steps"
mkdir "$work/big"; dd if=/dev/urandom of="$work/big/f" bs=1M count=$((1024 / scale)) status=none; printf 'FROM scratch\nCOPY f /f\n' >"$work/big/Dockerfile"
measure "COPY of one file of $((1024 / scale)) MiB" COLD "$work/big"
mkdir "$work/lots" && (cd "$work/lots" && for d in $(seq 500); do mkdir "d$d" && for f in $(seq $((200 / scale))); do echo "$d $f" >"d$d/f$f"; done; done)
printf 'FROM scratch\nCOPY . /src\n' >"$work/lots/Dockerfile"
measure "COPY of $((100000 / scale)) files" COLD "$work/lots"
for c in many steps big lots; do
  peak=$( { /usr/bin/time -f %M "$brig" --root "$work/brig" --run-root "$work/brig-run" build -q --no-cache "$work/$c" >/dev/null; } 2>&1 | tail -1)
  printf 'peak memory, %-33s %d MB\n' "$c" $((peak / 1024))
done
