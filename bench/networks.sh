#!/usr/bin/env bash
# What networks cost, beside podman (netavark, aardvark-dns) and Docker in one run: what a bridge adds to a container, throughput and
# latency through a published port, many containers started on one network, and names.
# BENCH_RUNS and BENCH_ROUNDS make it longer or shorter, BENCH_CONTAINERS (100) says how many; BENCH_PARTS names what to measure
# (run port many names); BRIG_BINARY names a binary that is built already.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"

containers=${BENCH_CONTAINERS:-100} parts=${BENCH_PARTS:-run port many names} seconds=${BENCH_SECONDS:-3}
bench_begin "$@" -- podman netavark aardvark-dns docker.io iperf3 dnsperf perl
measures() { [[ " $parts " = *" $1 "* ]]; }

# A host beside this one, which is its way out.
ip link add up0 type veth peer name eth0
unshare --net sleep infinity &
remote=$!
until [ "$(readlink "/proc/$remote/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link set eth0 netns "$remote"
beyond() { nsenter --net="/proc/$remote/ns/net" "$@"; }
ip addr add 10.99.0.1/24 dev up0 && ip link set up0 up
beyond sh -c 'ip addr add 10.99.0.2/24 dev eth0 && ip link set eth0 up && ip link set lo up'
ip route add default via 10.99.0.2

podman='' docker='' podman_limits=
if bench_podman; then
  sed -i 's/^\[network\]$/[network]\nnetwork_backend = "netavark"/' "$work/containers.conf"
  podman="podman run $podman_limits"
fi
if command -v dockerd >/dev/null; then
  dockerd --data-root "$work/docker" --exec-root "$work/docker-run" -H "unix://$work/docker.sock" --pidfile "$work/docker.pid" >"$work/docker.log" 2>&1 &
  export DOCKER_HOST=unix://$work/docker.sock
  for _ in {1..120}; do if docker version >/dev/null 2>&1; then docker="docker run"; break; fi; sleep 0.5; done
  # Its containers end before it does.
  at_exit 'docker ps -aq | xargs -r docker rm -f >/dev/null 2>&1'
fi

say "Making what is measured" >&2
$brig import -c 'CMD ["bash"]' "$(bench_debian)" debian >/dev/null
$brig network create bench >/dev/null
$brig run -d --name keep debian sleep infinity >/dev/null # bridges stay between runs, as on a machine that is at work
$brig run -d --name keep2 --network bench debian sleep infinity >/dev/null
if [ -n "$podman" ]; then
  podman import -q "$(bench_debian)" debian >/dev/null 2>&1
  podman network create bench >/dev/null
  $podman -d --name keep debian sleep infinity >/dev/null
  $podman -d --name keep2 --network bench debian sleep infinity >/dev/null
fi
if [ -n "$docker" ]; then
  docker import "$(bench_debian)" debian >/dev/null
  docker network create bench >/dev/null
  $docker -d --name keep debian sleep infinity >/dev/null
  $docker -d --name keep2 --network bench debian sleep infinity >/dev/null
fi

# beside TITLE FLAGS: one container with these flags, of each engine.
beside() {
  local others=()
  [ -z "$podman" ] || others+=(podman "$podman --rm $2 debian true")
  [ -z "$docker" ] || others+=(docker "$docker --rm $2 debian true")
  compare "$1" "$brig run --rm $2 debian true" ${others[@]+"${others[@]}"}
}
if measures run; then
  beside "run --rm --network none IMAGE true" "--network none"
  beside "run --rm IMAGE true (default bridge)" ""
  beside "run --rm -p 18080:80 IMAGE true" "-p 18080:80"
  beside "run --rm --network NAMED IMAGE true" "--network bench"
  bench_table
fi

line() { printf '| %-28s | %-58s |\n' "$1" "$2"; }

# The server is one program outside every engine that enters the container's network, so that nothing but the way differs.
echo_server='use Socket; socket(L,PF_INET,SOCK_STREAM,6); setsockopt(L,1,2,1); bind(L,sockaddr_in(81,INADDR_ANY)); listen(L,9); while(accept(S,L)){setsockopt(S,6,1,1); while(sysread S,my $b,1){syswrite S,$b}}'
echo_client='use Socket; use Time::HiRes "time"; socket(S,PF_INET,SOCK_STREAM,6); connect(S,sockaddr_in($ARGV[1],inet_aton($ARGV[0]))) or die "$!"; setsockopt(S,6,1,1); for(1..10000){my $t=time; syswrite S,"x"; sysread S,my $b,1; push @t,time-$t} @t=sort {$a<=>$b} @t; printf "%.0f us p50, %.0f us p99",1e6*$t[5000],1e6*$t[9900]'
way() { # NAME PID PORT: throughput and round trips by the host's ports PORT and PORT + 1, from beyond it
  nsenter --net="/proc/$2/ns/net" iperf3 -s >/dev/null &
  nsenter --net="/proc/$2/ns/net" perl -e "$echo_server" &
  for _ in {1..100}; do [ "$(nsenter --net="/proc/$2/ns/net" ss -Hltn | grep -cE ':(5201|81) ')" -lt 2 ] || break; sleep 0.1; done
  line "$1" "$(beyond iperf3 -c 10.99.0.1 -p "$3" -t "$seconds" -J | jq -r '.end.sum_received.bits_per_second / 1e9 | . * 10 | round / 10') Gbit/s, $(beyond perl -e "$echo_client" 10.99.0.1 $(($3 + 1)))"
}
if measures port; then
  printf '\n== A published port, from a host beside this one\n'
  $brig run -d --name flow -p 15200:5201 -p 15201:81 debian sleep infinity >/dev/null
  $brig network create -o publish-through-input=true ruled >/dev/null
  $brig run -d --name relay --network ruled -p 15210:5201 -p 15211:81 debian sleep infinity >/dev/null
  way "brig" "$($brig inspect -f '{{.State.Pid}}' flow)" 15200
  way "brig, publish-through-input" "$($brig inspect -f '{{.State.Pid}}' relay)" 15210
  if [ -n "$podman" ]; then
    $podman -d --name flow -p 15220:5201 -p 15221:81 debian sleep infinity >/dev/null
    way "podman" "$(podman inspect -f '{{.State.Pid}}' flow)" 15220
  fi
  if [ -n "$docker" ]; then
    $docker -d --name flow -p 15230:5201 -p 15231:81 debian sleep infinity >/dev/null
    way "docker" "$(docker inspect -f '{{.State.Pid}}' flow)" 15230
  fi
  # The floor: the same client and server with nothing between but the pair.
  iperf3 -s -p 15240 >/dev/null & perl -e "${echo_server/81,INADDR/15241,INADDR}" &
  sleep 0.5
  line "no container" "$(beyond iperf3 -c 10.99.0.1 -p 15240 -t "$seconds" -J | jq -r '.end.sum_received.bits_per_second / 1e9 | . * 10 | round / 10') Gbit/s, $(beyond perl -e "$echo_client" 10.99.0.1 15241)"
fi

# several NAME COMMAND...: so many containers, one after the other; the last word of the command's output is not looked at.
several() {
  local name=$1 start i
  shift
  start=$(date +%s%N)
  for ((i = 1; i <= containers; i++)); do "$@" -d --name "n$i" --network bench debian sleep infinity >/dev/null; done
  line "$name" "$(awk -v t=$(($(date +%s%N) - start)) -v n="$containers" 'BEGIN { printf "%.2f s, %.1f ms each", t / 1e9, t / 1e6 / n }')"
}
if measures many; then
  printf '\n== %s containers started on one network, one after the other\n' "$containers"
  several brig $brig run
  [ -z "$podman" ] || several podman $podman
  [ -z "$docker" ] || several docker $docker
fi

asks() { # NAME PID SERVER QUESTION: one question at a time, then 20 at once
  printf '%s A\n' "$4" >"$work/questions"
  local alone together
  alone=$(nsenter --net="/proc/$2/ns/net" perl -e "$asker" "$3" "$4")
  together=$(nsenter --net="/proc/$2/ns/net" dnsperf -s "$3" -d "$work/questions" -l "$seconds" -q 20 2>/dev/null | awk '/Queries per second/ { printf "%.0f", $4 }')
  line "$1" "$alone; $together/s with 20 at once"
}
asker='use Socket; use Time::HiRes "time"; my ($server,$name)=@ARGV; socket(S,PF_INET,SOCK_DGRAM,17); connect(S,sockaddr_in(53,inet_aton($server))); my $q=pack("n6",7,0x100,1,0,0,0).join("",map{pack("C/a*",$_)}split(/\./,$name))."\0".pack("nn",1,1); my $end=time+3; while((my $t=time)<$end){send S,$q,0; recv S,my $a,4096,0; die "no answer" unless unpack("x6n",$a)>0; push @t,time-$t} @t=sort {$a<=>$b} @t; printf "%d/s, p50 %.0f us, p99 %.0f us",@t/3,1e6*$t[@t/2],1e6*$t[@t*.99]'
memory() { awk '$1 == "Pss:" { print $2 }' "/proc/$1/smaps_rollup"; }
if measures names; then
  printf '\n== Names, asked by a container of that network\n'
  asks brig "$($brig inspect -f '{{.State.Pid}}' keep2)" 127.0.0.11 keep2
  if [ -n "$podman" ]; then asks podman "$(podman inspect -f '{{.State.Pid}}' keep2)" "$(podman exec keep2 awk '$1 == "nameserver" { print $2; exit }' /etc/resolv.conf)" keep2.dns.podman; fi
  if [ -n "$docker" ]; then asks docker "$(docker inspect -f '{{.State.Pid}}' keep2)" 127.0.0.11 keep2; fi

  # What answering costs: the monitors of twenty containers with names and of twenty without, when both were asked for nothing yet.
  for i in {1..20}; do
    $brig run -d --name "with$i" --network bench debian sleep infinity >/dev/null
    $brig run -d --name "without$i" debian sleep infinity >/dev/null
  done
  for kind in with without; do
    sum=0
    for i in {1..20}; do sum=$((sum + $(memory "$(awk '/^PPid:/ { print $2 }' "/proc/$($brig inspect -f '{{.State.Pid}}' "$kind$i")/status")"))); done
    line "monitor $kind names" "$((sum / 20)) KiB of its own and its share of what is shared (PSS), mean of 20"
  done
  if [ -n "$podman" ]; then line "aardvark-dns, all networks" "$(memory "$(pgrep -n -f "aardvark-dns.*$work" || pgrep -n aardvark-dns)") KiB"; fi
fi
exit 0
