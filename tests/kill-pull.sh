#!/usr/bin/env bash
# Kills `brig pull` at random moments, ROUNDS times, as a user would see it: after each `brig system check` must find no damage, and the
# pull that is let through must succeed without fetching a finished layer again.
#   sudo ROUNDS=200 tests/kill-pull.sh [BRIG]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/prerequisites.sh
require_root
need_packages docker-registry skopeo tar >/dev/null
brig=$(readlink -f "${1:-artifacts/brig}") rounds=${ROUNDS:-200}
work=$(mktemp -d /var/tmp/brig-kill-pull.XXXXXX)
at_exit 'rm -rf "$work"'
port=$((20000 + RANDOM % 20000)) registry=127.0.0.1:$port
printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: false}}\nstorage: {filesystem: {rootdirectory: %s/registry}}\nhttp: {addr: %s}\n' "$work" "$registry" >"$work/registry.yml"
OTEL_TRACES_EXPORTER=none docker-registry serve "$work/registry.yml" >"$work/access.log" 2>&1 &
registry_pid=$!
at_exit 'kill $registry_pid; wait $registry_pid 2>/dev/null'
for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done

export BRIG_ROOT=$work/root BRIG_RUN_ROOT=$work/run
for number in 1 2 3 4 5 6; do
  mkdir -p "$work/build/$number"
  head -c 12000000 /dev/urandom >"$work/build/$number/data"
  for index in $(seq 200); do echo "$index" >"$work/build/$number/$index"; done
done
printf 'FROM scratch\nCOPY 1 /1\nCOPY 2 /2\nCOPY 3 /3\nCOPY 4 /4\nCOPY 5 /5\nCOPY 6 /6\n' >"$work/build/Dockerfile"
BRIG_ROOT=$work/made BRIG_RUN_ROOT=$work/made-run "$brig" build -q -t "$registry/killed:1" "$work/build" >/dev/null
BRIG_ROOT=$work/made BRIG_RUN_ROOT=$work/made-run "$brig" push -q "$registry/killed:1" >/dev/null

killed=0 completed=0 again=0
for ((round = 1; round <= rounds; round++)); do
  "$brig" pull -q "$registry/killed:1" >/dev/null 2>&1 &
  pull=$!
  sleep "0.$(printf '%03d' $((RANDOM % 700 + 5)))"
  if kill -9 $pull 2>/dev/null; then killed=$((killed + 1)); fi
  wait $pull 2>/dev/null || true
  "$brig" system check >"$work/check" 2>&1 || { echo "round $round: system check:"; cat "$work/check"; exit 1; }
  if ((round % 4 == 0)); then
    ls "$work/root/layers" >"$work/finished"
    before=$(wc -l <"$work/access.log")
    "$brig" pull -q "$registry/killed:1" >/dev/null || { echo "round $round: the pull failed"; exit 1; }
    missing=$((6 - $(wc -l <"$work/finished")))
    # The configuration and one request for each layer that was not there.
    asked=$(tail -n +$((before + 1)) "$work/access.log" | grep -c 'GET /v2/killed/blobs/' || true)
    if ((asked > missing + 1)); then again=$((again + 1)); echo "round $round: $asked blobs asked for, $missing layers missing"; fi
    completed=$((completed + 1))
    "$brig" rmi -f "$registry/killed:1" >/dev/null
    "$brig" system check >"$work/check" 2>&1 || { echo "round $round, after rmi: system check:"; cat "$work/check"; exit 1; }
    left=$(find "$work/root/layers" "$work/root/blobs" -mindepth 2 -type f | wc -l)
    ((left == 0)) || { echo "round $round: $left files left"; exit 1; }
  fi
done
echo "$rounds rounds, $killed killed, $completed pulls completed, $again that fetched a finished layer again"
((again == 0))
