#!/usr/bin/env bash
# kill.sh [BRIG] [ROUNDS=200]: command lines and monitors (which answer for names, too) killed with SIGKILL at random moments, in a
# network namespace of its own; then, after a repair, no address, rule, interface or process may be left.
# By hand: the suite has a shorter one (UserNetworkTests.Nothing_is_left_of_what_was_killed).
set -euo pipefail
[ -n "${BRIG_KILL-}" ] || BRIG_KILL=yes exec unshare --net "$0" "$@"
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
# shoot SECONDS-PART COMMAND...: starts brig and kills it that soon.
shoot() {
  local moment=$1
  shift
  b "$@" >/dev/null 2>&1 &
  sleep "0.0$moment"
  kill -9 $! 2>/dev/null || true
}
shoot_monitors() { local pid; for pid in $(monitors); do kill -9 "$pid" 2>/dev/null || true; killed=$((killed + 1)); done; }

ip link set lo up
b import -c 'CMD ["bash"]' /tmp/brig-test-cache/debian.tar debian >/dev/null
b network create --ipv6 one >/dev/null
b network create -o publish-through-input=true two >/dev/null
b network create --ipv6 -o com.docker.network.bridge.gateway_mode_ipv4=routed -o com.docker.network.bridge.gateway_mode_ipv6=routed three >/dev/null
killed=0
for round in $(seq "$rounds"); do
  main=$((RANDOM % 3))
  b run -d --name "k$round" --network "name=one,gw-priority=$((main == 0))" --network "name=two,gw-priority=$((main == 1))" --network "name=three,gw-priority=$((main == 2))" \
    -p 80 -p 53/udp debian sleep 600 >/dev/null 2>&1 &
  cli=$!
  sleep "0.0$((RANDOM % 70 + 10))"
  case $((RANDOM % 7)) in
    0) kill -9 "$cli" 2>/dev/null || true ;;
    1) shoot_monitors ;;
    2) shoot $((RANDOM % 20 + 10)) network connect bridge "k$round"; shoot_monitors ;;
    3) shoot $((RANDOM % 20 + 10)) rm -f "k$round" ;;
    4) shoot $((RANDOM % 20 + 10)) network disconnect one "k$round" ;;
    5) shoot $((RANDOM % 20 + 10)) network reload ;;
    6) shoot $((RANDOM % 20 + 10)) system check --repair; kill -9 "$cli" 2>/dev/null || true ;;
  esac
  wait "$cli" 2>/dev/null || true
  [ $((round % 25)) != 0 ] || { printf 'round %s: ' "$round"; b system check --repair | tail -n 1 || true; }
done
b system check --repair >/dev/null || true
b ps -aq | xargs -r "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null 2>&1 || true
for _ in $(seq 120); do
  b system check --repair >/dev/null || true
  links=$(ip -o link | grep -vc ' lo:' || true) rules=$(nft list ruleset | wc -l)
  if [ "$(b system check)" = "everything is in order" ] && [ "$links" = 0 ] && [ "$rules" = 0 ] && [ -z "$(monitors)" ]; then
    echo "$rounds rounds, $killed monitors killed: nothing is left"
    exit 0
  fi
  sleep 0.5
done
b system check || true
ip -o link
nft list ruleset
monitors
exit 1
