#!/usr/bin/env bash
# scale.sh [BRIG] [CONTAINERS=100] [NETWORKS=100] [EACH=10]: containers that are in many networks each (1,000 endpoints as it stands);
# all find each other, nothing is left over. By hand: the suite has a smaller one (TrafficTests).
set -euo pipefail
brig=$(readlink -f "${1:-artifacts/brig}") containers=${2:-100} networks=${3:-100} each=${4:-10}
work=$(mktemp -d /var/tmp/brig-scale.XXXXXX)
b() { "$brig" --root "$work/r" --run-root "$work/run" "$@"; }
finish() { b ps -aq | xargs -r -n 20 "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null || true; sleep 3; rm -rf "$work"; }
trap finish EXIT
clock() { printf '%-60s %6.2f s\n' "$1" "$(awk -v t=$(($(date +%s%N) - start)) 'BEGIN { print t / 1e9 }')"; start=$(date +%s%N); }

b import -c 'CMD ["bash"]' /tmp/brig-test-cache/debian.tar debian >/dev/null
start=$(date +%s%N)
for n in $(seq 0 $((networks - 1))); do b network create "net$n" >/dev/null; done
clock "$networks networks defined"
for c in $(seq 0 $((containers - 1))); do
  flags=()
  for e in $(seq 0 $((each - 1))); do flags+=(--network "net$(((c + e) % networks))"); done
  b run -d --name "box$c" "${flags[@]}" debian sleep 3600 >/dev/null
done
clock "$containers containers in $each networks each: $((containers * each)) endpoints"
for c in $(seq 0 9 $((containers - each))); do
  neighbour=box$((c + each - 1))
  b exec "box$c" getent hosts "$neighbour" >/dev/null || { echo "box$c does not find $neighbour"; exit 1; }
done
clock "names of neighbours found"
b system check
clock "system check"
b network reload
clock "network reload"
b ps -aq | xargs -n 50 "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null
clock "all removed"
for _ in $(seq 60); do left=$(ip -o link | grep -c "alias brig network net" || true); [ "$left" = 0 ] && break; sleep 0.5; done
b system check
echo "bridges left: $left"
