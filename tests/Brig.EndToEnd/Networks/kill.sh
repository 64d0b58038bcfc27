#!/usr/bin/env bash
# kill.sh [BRIG] [ROUNDS=200]: command lines and monitors killed at random moments; then nothing may be left over.
# By hand: the suite has a shorter one (UserNetworkTests.Nothing_is_left_of_what_was_killed).
set -euo pipefail
brig=$(readlink -f "${1:-artifacts/brig}") rounds=${2:-200}
work=$(mktemp -d /var/tmp/brig-kill.XXXXXX)
b() { "$brig" --root "$work/r" --run-root "$work/run" "$@"; }
finish() { b ps -aq | xargs -r "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null 2>&1 || true; sleep 3; rm -rf "$work"; }
trap finish EXIT
monitors() {
  local process
  for process in /proc/[0-9]*; do
    case $(tr '\0' ' ' <"$process/cmdline") in "brig monitor $work/r "*) echo "${process##*/}" ;; esac
  done 2>/dev/null
}

b import -c 'CMD ["bash"]' /tmp/brig-test-cache/debian.tar debian >/dev/null
b network create --ipv6 one >/dev/null
b network create two >/dev/null
before=$(ip -o link | wc -l)
for round in $(seq "$rounds"); do
  b run -d --name "k$round" --network one --network two -p 80 -p 53/udp debian sleep 600 >/dev/null 2>&1 &
  cli=$!
  sleep "0.0$((RANDOM % 70 + 10))"
  case $((RANDOM % 4)) in
    0) kill -9 "$cli" 2>/dev/null || true ;;
    1) for pid in $(monitors); do kill -9 "$pid" 2>/dev/null || true; done ;;
    2) b network connect bridge "k$round" >/dev/null 2>&1 & other=$!; sleep "0.0$((RANDOM % 20 + 10))"; kill -9 "$other" 2>/dev/null || true; for pid in $(monitors); do kill -9 "$pid" 2>/dev/null || true; done ;;
    3) b rm -f "k$round" >/dev/null 2>&1 & other=$!; sleep "0.0$((RANDOM % 20 + 10))"; kill -9 "$other" 2>/dev/null || true ;;
  esac
  wait "$cli" 2>/dev/null || true
  [ $((round % 25)) != 0 ] || { b system check --repair || true; }
done
b system check --repair >/dev/null || true
b ps -aq | xargs -r "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null 2>&1 || true
for _ in $(seq 80); do
  b system check --repair >/dev/null || true
  if [ "$(b system check)" = "everything is in order" ] && [ "$(ip -o link | wc -l)" -le "$before" ]; then break; fi
  sleep 0.5
done
b system check
echo "rounds: $rounds; interfaces before and after: $before, $(ip -o link | wc -l)"
