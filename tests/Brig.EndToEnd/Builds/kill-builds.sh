#!/usr/bin/env bash
# Kills a parallel build at 100 (or $1) random moments, then checks the store and builds again: the image must be the same.
set -euo pipefail
brig=${BRIG_BINARY:-$(dirname "$(readlink -f "$0")")/../../../artifacts/brig}
work=$(mktemp -d /var/tmp/brig-kill.XXXXXX)
trap 'rm -rf "$work"' EXIT
b() { "$brig" --root "$work/root" --run-root "$work/run" "$@"; }
mkdir -p "$work/base/bin" "$work/ctx"; cp "$(command -v busybox)" "$work/base/bin/busybox"; for a in sh cp mkdir echo seq; do ln -s busybox "$work/base/bin/$a"; done
tar -C "$work/base" -cf "$work/base.tar" .; b import "$work/base.tar" base >/dev/null
for i in $(seq 200); do echo "$i" >"$work/ctx/f$i"; done
{ for s in 1 2 3 4; do printf 'FROM base AS s%s\nCOPY . /ctx\nRUN for i in $(seq 50); do echo %s$i > /a$i; done\nRUN --mount=type=cache,target=/c mkdir -p /d && cp /bin/busybox /d/\n' $s $s; done; echo FROM scratch; for s in 1 2 3 4; do echo "COPY --from=s$s / /s$s"; done; } >"$work/ctx/Dockerfile"
want=$(SOURCE_DATE_EPOCH=1000 b build -q "$work/ctx")
for round in $(seq "${1:-100}"); do
  (export SOURCE_DATE_EPOCH=1000; exec "$brig" --root "$work/root" --run-root "$work/run" build -q --no-cache "$work/ctx" >/dev/null 2>&1) & pid=$!
  sleep "$(awk -v seed=$RANDOM 'BEGIN { srand(seed); printf "%.3f", rand() * 1.2 }')"
  kill -9 $pid 2>/dev/null || true; wait $pid 2>/dev/null || true
done
for _ in $(seq 300); do [ -z "$(b ps -aq)" ] && break; sleep 0.1; done
b system check --repair >/dev/null || true
b system check
got=$(SOURCE_DATE_EPOCH=1000 b build -q --no-cache "$work/ctx")
[ "$got" = "$want" ] && echo "${1:-100} kills: the store is in order, the image the same" || { echo "another image: $got, not $want"; exit 1; }
