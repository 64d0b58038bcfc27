#!/usr/bin/env bash
# Builds of brig beside those of buildah and of docker (Debian's, with a daemon, roots and a socket of its own), in turns: unchanged rebuild of a
# context of 20,000 files, 60 steps of "RUN true", COPY of 1 GB in one file and of 100,000 files; brig's peak memory. As root.
#   bench/builds.sh                       # everything; FAST=1 makes the inputs ten times smaller
#   ONLY="rebuild steps" bench/builds.sh  # some of: rebuild steps big lots memory
#   RUNS=2 bench/builds.sh                # how often each is measured, after one run that is not
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
bench_begin "$@" -- buildah podman crun busybox-static docker.io time
bench_podman || true
scale=$([ -n "${FAST-}" ] && echo 10 || echo 1)
only=${ONLY:-rebuild steps big lots memory}
wanted() { [[ " $only " == *" $1 "* ]]; }

mkdir -p "$work/base/bin" "$work/base/etc" "$work/base/tmp"
cp /bin/busybox "$work/base/bin/busybox"
for a in sh true cat ls mkdir; do ln -s busybox "$work/base/bin/$a"; done
echo 'root:x:0:0:root:/root:/bin/sh' >"$work/base/etc/passwd"
tar -C "$work/base" -cf "$work/base.tar" .
$brig import "$work/base.tar" localhost/base:latest >/dev/null

# buildah without a runtime of its own for each step, which is its fastest way.
mkdir "$work/ctx-base" && cp "$work/base.tar" "$work/ctx-base/base.tar"
printf 'FROM scratch\nADD base.tar /\n' >"$work/ctx-base/Dockerfile"
others=()
if buildah bud -q --isolation chroot -t localhost/base:latest "$work/ctx-base" >/dev/null 2>"$work/err"; then others+=(buildah); else say "buildah does not run here: $(tail -n 1 "$work/err")"; fi

start_docker() {
  local attempt
  dockerd --data-root "$work/docker" --exec-root "$work/docker-exec" --pidfile "$work/docker.pid" --host "unix://$work/docker.sock" --storage-driver overlay2 --exec-opt native.cgroupdriver=cgroupfs >"$work/docker.log" 2>&1 &
  export DOCKER_HOST=unix://$work/docker.sock DOCKER_BUILDKIT=1 DOCKER_CONFIG=$work/docker-config
  docker=/usr/bin/docker # of the same package as the daemon, with BuildKit in it
  for attempt in {1..120}; do
    if $docker version >/dev/null 2>&1; then $docker import "$work/base.tar" localhost/base:latest >/dev/null && return; fi
    sleep 0.25
  done
  return 1
}
# It makes a cgroup of its own, which stays.
[ -d /sys/fs/cgroup/pids/docker ] || [ -d /sys/fs/cgroup/docker ] || at_exit 'find /sys/fs/cgroup -mindepth 1 -maxdepth 4 -depth -path "*/docker*" -type d -exec rmdir {} + 2>/dev/null'
if start_docker; then others+=(docker); else say "docker does not run here: $(tail -n 1 "$work/docker.log")"; fi

# The command of an engine for a context; COLD looks nothing up. Isolation chroot has the host's network, and so have the others' steps here.
command_of() { # ENGINE CACHED|COLD CONTEXT
  local no=; [ "$2" = CACHED ] || no=--no-cache
  case $1 in
    brig) echo "$brig build -q --network host $no -t bench $3" ;;
    buildah) echo "buildah bud -q --isolation chroot --layers $no -t bench $3" ;;
    docker) echo "$docker build -q --network host $no -t bench $3" ;;
  esac
}
side_by_side() { # TITLE MODE CONTEXT [PREPARE]
  local pairs=() engine
  BENCH_PREPARE_BRIG=${4-} BENCH_PREPARE_OTHER=${4-}
  for engine in "${others[@]}"; do pairs+=("$engine" "$(command_of "$engine" "$2" "$3")"); done
  compare "$1" "$(command_of brig "$2" "$3")" "${pairs[@]}"
}

# What is copied is new each time: a result that is there already would be made and thrown away, which no cold build does.
printf '#!/bin/sh\ndate +%%N | dd of="$1" conv=notrunc status=none\n' >"$work/change" && chmod +x "$work/change"

if wanted rebuild; then
  mkdir "$work/many" && (cd "$work/many" && for d in $(seq 200); do mkdir "d$d" && for f in $(seq $((100 / scale))); do echo "$d $f" >"d$d/f$f"; done; done)
  printf 'FROM localhost/base\nCOPY . /src\nRUN true\n' >"$work/many/Dockerfile"
  sleep 3 # files that changed just now are hashed again
  bench_runs=${RUNS:-5} bench_rounds=1 side_by_side "unchanged rebuild, context of $((20000 / scale)) files" CACHED "$work/many"
fi
if wanted steps; then
  mkdir "$work/steps"; { echo FROM localhost/base; for i in $(seq $((60 / scale))); do echo "RUN true $i"; done; } >"$work/steps/Dockerfile"
  bench_runs=${RUNS:-3} bench_rounds=1 side_by_side "cold, $((60 / scale)) steps of RUN true" COLD "$work/steps"
  bench_runs=${RUNS:-3} bench_rounds=1 compare "the same, each with a network of its own" "$brig build -q --no-cache -t bench $work/steps"
fi
if wanted big; then
  mkdir "$work/big"; head -c "$((1024 / scale))M" /dev/urandom >"$work/big/f"; printf 'FROM scratch\nCOPY f /f\n' >"$work/big/Dockerfile"
  bench_runs=${RUNS:-3} bench_rounds=1 side_by_side "COPY of one file of $((1024 / scale)) MiB" COLD "$work/big" "$work/change $work/big/f"
fi
if wanted lots; then
  mkdir "$work/lots" && (cd "$work/lots" && for d in $(seq 500); do mkdir "d$d" && for f in $(seq $((200 / scale))); do echo "$d $f" >"d$d/f$f"; done; done)
  printf 'FROM scratch\nCOPY . /src\n' >"$work/lots/Dockerfile"
  bench_runs=${RUNS:-3} bench_rounds=1 side_by_side "COPY of $((100000 / scale)) files" COLD "$work/lots" "$work/change $work/lots/d1/f1"
fi
bench_table
if wanted memory; then
  for context in many steps big lots; do
    [ -d "$work/$context" ] || continue
    /usr/bin/time -o "$work/peak" -f %M $brig build -q --no-cache "$work/$context" >/dev/null
    printf 'peak memory, %-6s %d MB\n' "$context" $(($(cat "$work/peak") / 1024))
  done
fi
