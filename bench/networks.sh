#!/usr/bin/env bash
# bench/networks.sh [BRIG]: what networks cost, beside podman where it runs. Needs root, iperf3, dnsperf or dig, and a Debian tree
# (test.sh makes it). Prints one line a figure; times are medians of whole processes in milliseconds.
set -euo pipefail
brig=$(readlink -f "${1:-artifacts/brig}")
tree=${TREE:-/tmp/brig-test-cache/debian.tar}
rounds=${ROUNDS:-20} count=${COUNT:-100}
work=$(mktemp -d /var/tmp/brig-bench-networks.XXXXXX)
b() { "$brig" --root "$work/r" --run-root "$work/run" "$@"; }
# Networks in a folder of its own; runc and low limits, as crun refuses machines with both cgroup versions and raises limits where it may not.
p() { podman --root "$work/p" --runroot "$work/prun" --cgroup-manager cgroupfs --network-config-dir "$work/pnet" --runtime runc "$@"; }
pr() { p run --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 "$@"; }
finish() {
  set +e
  b ps -aq | xargs -r "$brig" --root "$work/r" --run-root "$work/run" rm -f >/dev/null 2>&1
  if [ -n "${podman-}" ]; then p rm -fa -t 0 >/dev/null 2>&1; p network rm -f bench >/dev/null 2>&1; fi
  sleep 2
  umount -l "$work"/p/overlay 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

# median COMMAND...: of $rounds runs, in ms.
median() {
  local times=() start i
  for ((i = 0; i < rounds; i++)); do
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 || { echo failed; return; }
    times+=("$((($(date +%s%N) - start) / 1000))")
  done
  printf '%s\n' "${times[@]}" | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] / 1000 }'
}
line() { printf '%-52s %s\n' "$1" "$2"; }

b import -c 'CMD ["bash"]' "$tree" debian >/dev/null
b network create bench >/dev/null
b run -d --name keep debian sleep 3600 >/dev/null          # bridges stay between runs
b run -d --name keep2 --network bench debian sleep 3600 >/dev/null
podman=
mkdir -p "$work/pnet"
if command -v podman >/dev/null && p import "$tree" debian >/dev/null 2>&1 && p network create bench >/dev/null 2>&1 && pr --rm --network bench debian true >/dev/null 2>&1; then podman=yes; fi

echo "== run --rm true, ms (rounds: $rounds)"
line "brig, no network" "$(median b run --rm --network none debian true)"
line "brig, default bridge" "$(median b run --rm debian true)"
line "brig, default bridge, one port" "$(median b run --rm -p 80 debian true)"
line "brig, a network with names" "$(median b run --rm --network bench debian true)"
if [ -n "$podman" ]; then
  line "podman, no network" "$(median pr --rm --network none debian true)"
  line "podman, default bridge" "$(median pr --rm debian true)"
  line "podman, a network with names" "$(median pr --rm --network bench debian true)"
fi

echo "== a published port: iperf3, client on the host, 3 s"
flow() { # ADDRESS PORT
  iperf3 -c "$1" -p "$2" -t 3 -J 2>/dev/null | jq -r '.end.sum_received.bits_per_second / 1e9 | . * 100 | round / 100' || echo failed
}
trip() { # ADDRESS PORT: microseconds a round trip of one byte, median of 5000
  perl -MSocket -MTime::HiRes=time -e 'socket(S,PF_INET,SOCK_STREAM,6); connect(S,sockaddr_in($ARGV[1],inet_aton($ARGV[0]))) or die; setsockopt(S,6,1,1); for(1..5000){my $t=time; syswrite S,"x"; sysread S,my $b,1; push @t,time-$t} @t=sort {$a<=>$b} @t; printf "%.0f\n",1e6*$t[2500]' "$1" "$2"
}
host=$(ip -4 -o route get 192.0.2.250 | sed 's/.*src \([0-9.]*\).*/\1/')
echo_server='use Socket; socket(L,PF_INET,SOCK_STREAM,6); setsockopt(L,1,2,1); bind(L,sockaddr_in(81,INADDR_ANY)); listen(L,9); while(accept(S,L)){setsockopt(S,6,1,1); while(sysread S,my $b,1){syswrite S,$b}}'
libraries=$(dirname "$(ldconfig -p | awk '/libiperf.so/ { print $NF; exit }')")
iperf=(-v "$(command -v iperf3):/usr/bin/iperf3:ro" -v "$libraries:/mnt:ro" -e LD_LIBRARY_PATH=/mnt)
b run -d --name flow -p 15201:5201 -p 15281:81 "${iperf[@]}" debian sh -c "perl -e '$echo_server' & exec iperf3 -s" >/dev/null
b network create -o publish-through-input=true ruled >/dev/null
b run -d --name relay --network ruled -p 15203:5201 -p 15283:81 "${iperf[@]}" debian sh -c "perl -e '$echo_server' & exec iperf3 -s" >/dev/null
sleep 1
line "brig, rule: Gbit/s, round trip us" "$(flow "$host" 15201) $(trip "$host" 15281)"
line "brig, through input (relay): Gbit/s, round trip us" "$(flow "$host" 15203) $(trip "$host" 15283)"
if [ -n "$podman" ]; then
  pr -d --name flow -p 15202:5201 -p 15282:81 "${iperf[@]}" debian sh -c "perl -e '$echo_server' & exec iperf3 -s" >/dev/null
  sleep 1
  line "podman: Gbit/s, round trip us" "$(flow "$host" 15202) $(trip "$host" 15282)"
fi

echo "== $count containers started on one network, s"
start=$(date +%s%N)
for i in $(seq "$count"); do b run -d --name "n$i" --network bench debian sleep 3600 >/dev/null; done
line "brig" "$(awk -v t=$(($(date +%s%N) - start)) 'BEGIN { printf "%.2f", t / 1e9 }')"
if [ -n "$podman" ]; then
  start=$(date +%s%N)
  for i in $(seq "$count"); do pr -d --name "n$i" --network bench debian sleep 3600 >/dev/null; done
  line "podman" "$(awk -v t=$(($(date +%s%N) - start)) 'BEGIN { printf "%.2f", t / 1e9 }')"
fi

echo "== names: one client in a container of that network, 5 s, one question at a time"
# Prints answers a second and the 99th percentile in microseconds.
asker='use Socket; use Time::HiRes "time"; my ($server,$name)=@ARGV; socket(S,PF_INET,SOCK_DGRAM,17); connect(S,sockaddr_in(53,inet_aton($server))); my $q=pack("n6",7,0x100,1,0,0,0).join("",map{pack("C/a*",$_)}split(/\./,$name))."\0".pack("nn",1,1); my $end=time+5; while((my $t=time)<$end){send S,$q,0; recv S,my $a,4096,0; die "no answer" unless unpack("x6n",$a)>0; push @t,time-$t} @t=sort {$a<=>$b} @t; printf "%d/s, p50 %.0f us, p99 %.0f us\n",@t/5,1e6*$t[@t/2],1e6*$t[@t*.99]'
inside() { nsenter -t "$1" -n perl -e "$asker" "$2" "$3" 2>&1 || true; } # the containers' own perl has no Time::HiRes
line "brig" "$(inside "$(b inspect -f '{{.State.Pid}}' keep2)" 127.0.0.11 n5)"
if [ -n "$podman" ]; then
  server=$(p exec n1 cat /etc/resolv.conf | awk '$1 == "nameserver" { print $2; exit }')
  line "podman" "$(inside "$(p inspect -f '{{.State.Pid}}' n1)" "$server" n5.dns.podman)"
fi
