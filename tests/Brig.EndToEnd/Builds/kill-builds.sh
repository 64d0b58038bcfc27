#!/usr/bin/env bash
# Kills a parallel build at 100 (or $1) random moments, then checks the store and builds again: the image must be the same.
set -euo pipefail
brig=${BRIG_BINARY:-$(dirname "$(readlink -f "$0")")/../../../artifacts/brig}
work=$(mktemp -d /var/tmp/brig-kill.XXXXXX)
# The bridge goes a moment after the last step that used it, and what knows of it lies in the folder.
trap 'sleep 3; rm -rf "$work"' EXIT
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
  # The steps of a builder that is gone end by themselves.
  for _ in $(seq 600); do [ -z "$(b ps -aq)" ] && break; sleep 0.05; done
  # What it had in staging has no owner any more, which is no damage: the next build takes it back.
  b system check >"$work/check" || true
  if grep -v 'has no owner\|in order$' "$work/check"; then echo "after round $round"; exit 1; fi
  [ $((round % 10)) != 0 ] || { got=$(SOURCE_DATE_EPOCH=1000 b build -q --no-cache "$work/ctx"); [ "$got" = "$want" ] || { echo "round $round: another image: $got, not $want"; exit 1; }; b system check | grep -qx 'everything is in order' || { echo "round $round: not in order after a build"; b system check; exit 1; }; }
done
b rmi -f "$want" base >/dev/null; b builder prune -af >/dev/null
echo "${1:-100} kills: the store was in order after each and the image always the same; with everything removed $(ls "$work/root/layers" | wc -l) layers and $(ls "$work/root/staging" | wc -l) entries of staging are left"
