#!/usr/bin/env bash
# full.sh [BRIG] [CONTAINERS=1000]: so many containers on one network, each with a monitor and a name; then as many more as the kernel's
# bridges take (1,023), and one too many. Prints time and memory. In a network namespace of its own. By hand: the suite has ScaleTests.
set -euo pipefail
[ -n "${BRIG_FULL-}" ] || BRIG_FULL=yes exec unshare --net "$0" "$@"
brig=$(readlink -f "${1:-artifacts/brig}") count=${2:-1000} most=1023
work=$(mktemp -d /var/tmp/brig-full.XXXXXX)
b() { "$brig" --root "$work/r" --run-root "$work/run" "$@"; }
finish() { b ps -aq | xargs -r -n 50 "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null || true; sleep 3; rm -rf "$work"; }
trap finish EXIT
ip link set lo up
now() { date +%s%N; }
line() { printf '%-60s %s\n' "$1" "$2"; }
seconds() { awk -v t=$(($(now) - $1)) 'BEGIN { printf "%.2f s", t / 1e9 }'; }
available() { awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo; }
monitors() {
  local process
  for process in /proc/[0-9]*; do
    case $(tr '\0' ' ' <"$process/cmdline") in "brig monitor $work/r "*) echo "${process##*/}" ;; esac
  done 2>/dev/null
}

b import -c 'CMD ["bash"]' /tmp/brig-test-cache/debian.tar debian >/dev/null
b network create net >/dev/null
before=$(available) start=$(now) hundred=$(now)
for n in $(seq "$count"); do
  b run -d --name "box$n" --network net debian sleep 3600 >/dev/null
  if [ $((n % 100)) = 0 ]; then line "containers $((n - 99)) to $n" "$(seconds "$hundred")"; hundred=$(now); fi
done
line "$count containers on one network" "$(seconds "$start")"
line "memory of all, by what the machine has less, per container" "$(((before - $(available)) / count)) KiB"
line "a monitor's share of memory (PSS), mean of 20" "$(monitors | shuf -n 20 | while read -r pid; do awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup"; done | awk '{ s += $1 } END { printf "%d KiB", s / NR }')"

# A server in the last; every tenth finds it by its name and asks it.
server='use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 64, ReuseAddr => 1) or die; while (my $c = $s->accept) { print $c "hello\n"; close $c }'
b exec -d "box$count" perl -e "$server"
start=$(now) asked=0
for n in $(seq 1 10 $((count - 1))); do
  answer=$(b exec "box$n" perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 80, Timeout => 20) or die "$!\n"; print scalar <$s>' "box$count") || answer="nothing"
  [ "$answer" = hello ] || { echo "box$n does not reach box$count: $answer"; exit 1; }
  asked=$((asked + 1))
done
line "$asked containers found another by name and reached it" "$(seconds "$start")"
start=$(now)
b system check
line "system check" "$(seconds "$start")"
start=$(now)
b network reload
line "network reload" "$(seconds "$start")"

if [ "$count" -ge 1000 ]; then
  for n in $(seq $((count + 1)) "$most"); do b run -d --name "box$n" --network net debian sleep 3600 >/dev/null; done
  if b run -d --name toomany --network net debian sleep 3600 >"$work/refused" 2>&1; then echo "container $((most + 1)) was taken"; exit 1; fi
  line "container $((most + 1))" "$(grep -m 1 . "$work/refused")"
  b rm -f toomany >/dev/null 2>&1 || true
fi
start=$(now)
b ps -aq | xargs -n 100 "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null
line "all removed" "$(seconds "$start")"
for _ in $(seq 120); do left=$(ip -o link | grep -vc ' lo:' || true); [ "$left" = 0 ] && break; sleep 0.5; done
b system check
line "interfaces left" "$left"
