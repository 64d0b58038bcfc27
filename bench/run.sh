#!/usr/bin/env bash
# Brig beside podman (and buildah) on this machine, in one run: a container, a further process in one, a list of 200, a pull, an unchanged rebuild.
# BENCH_RUNS, BENCH_ROUNDS and BENCH_CONTAINERS make it longer or shorter; BRIG_BINARY names a binary that is built already.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"

containers=${BENCH_CONTAINERS:-200}
bench_begin "$@" -- podman buildah crun containernetworking-plugins docker-registry
bench_podman || say "podman is not installed: brig's times stand alone"

# Measures with podman beside where it is there.
beside() {
  local title=$1 ours=$2
  shift 2
  [ -n "${podman-}" ] || set --
  compare "$title" "$ours" "$@"
}

say "Making what is measured" >&2
$brig import -c 'CMD ["bash"]' "$(bench_debian)" debian >/dev/null
[ -z "${podman-}" ] || podman import -q "$(bench_debian)" debian >/dev/null 2>&1

beside "run --rm --network none IMAGE true" "$brig run --rm --network none debian true" podman "podman run --rm $podman_limits --network none debian true"
# One container keeps the bridge, as on a machine that is at work.
$brig run -d --name keeper debian sleep infinity >/dev/null
[ -z "${podman-}" ] || podman run -d --name keeper $podman_limits debian sleep infinity >/dev/null
beside "run --rm IMAGE true (bridge)" "$brig run --rm debian true" podman "podman run --rm $podman_limits debian true"
beside "run --rm -p 127.0.0.1:18080:80 IMAGE true (bridge)" "$brig run --rm -p 127.0.0.1:18080:80 debian true" podman "podman run --rm -p 127.0.0.1:18080:80 $podman_limits debian true"
beside "exec CONTAINER true" "$brig exec keeper true" podman "podman exec keeper true"

say "Starting $containers containers of each" >&2
for ((i = 1; i <= containers; i++)); do
  $brig run -d --network none debian sleep infinity >/dev/null
  [ -z "${podman-}" ] || podman run -d --network none $podman_limits debian sleep infinity >/dev/null
done
beside "ps with $containers running containers" "$brig ps" podman "podman ps"
$brig rm -f $($brig ps -aq) >/dev/null
[ -z "${podman-}" ] || podman rm -fa -t 0 >/dev/null

say "Making an image of 300 MB in a registry" >&2
bench_registry
mkdir "$work/image"
bench_layer 70 >"$work/image/a.tar"
bench_layer 60 >"$work/image/b.tar"
mkdir "$work/image/a" "$work/image/b"
tar -C "$work/image/a" -xf "$work/image/a.tar"
tar -C "$work/image/b" -xf "$work/image/b.tar"
rm "$work/image"/*.tar
printf 'FROM debian\nCOPY a /\nCOPY b /\n' >"$work/image/Dockerfile"
$brig build -q -t "$registry/big:1" "$work/image" >/dev/null
$brig push -q "$registry/big:1" >/dev/null
# A root that has nothing else: every pull downloads all of it.
puller="$BRIG_BINARY --root $work/pull --run-root $work/pull-run"
runs=$bench_runs bench_runs=$(((bench_runs + 4) / 5 + 1))
BENCH_PREPARE_BRIG="sh -c '$puller rmi -f $registry/big:1 >/dev/null 2>&1; sync'" \
BENCH_PREPARE_OTHER="sh -c 'podman rmi -af >/dev/null 2>&1; sync'" \
beside "pull of 300 MB in 3 layers, registry on loopback" "$puller pull -q $registry/big:1" podman "podman pull -q --tls-verify=false $registry/big:1"
bench_runs=$runs

say "Building an image" >&2
[ -z "${podman-}" ] || podman import -q "$(bench_debian)" debian >/dev/null 2>&1
mkdir -p "$work/build/source"
for i in {1..200}; do printf 'line %s of a small application\n' {1..50} >"$work/build/source/module$i.py"; done
cat >"$work/build/Dockerfile" <<'DOCKERFILE'
FROM debian
LABEL purpose=bench
ENV APPLICATION=/srv/application
WORKDIR /srv/application
RUN echo prepared > /srv/prepared
COPY source/ .
RUN ls | wc -l > /srv/count
EXPOSE 8000
CMD ["sh", "-c", "cat /srv/count"]
DOCKERFILE
$brig build -q -t built "$work/build" >/dev/null
limits=${podman_limits-}
[ -z "${podman-}" ] || podman build -q $limits --network none -t built "$work/build" >/dev/null
others=(podman "podman build -q $limits --network none -t built $work/build")
[ -z "${buildah-}" ] || others+=(buildah "buildah build -q --layers $limits --network none -t built $work/build")
beside "build, nothing changed (9 steps, 200 files)" "$brig build -q -t built $work/build" "${others[@]}"

bench_table
