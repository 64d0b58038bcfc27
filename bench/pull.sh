#!/usr/bin/env bash
# Pulls and pushes side by side: brig, podman, skopeo and docker, from docker-registry on loopback. Where dockerd is installed the script starts one
# of its own, with its own state and socket and without any network.
#   sudo bench/pull.sh [BRIG]        RUNS=5 SIZE_MB=1024 ONE_MB=300 FILES=100000 KEEP=/folder-with-images ONLY="one big many push"
# Three images: SIZE_MB over 8 layers of half-compressible data, ONE_MB in one layer, and FILES small files in one layer. Prints medians, ratios and
# peak memory.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/prerequisites.sh
require_root
need_packages docker-registry skopeo podman hyperfine jq time >&2
brig=$(readlink -f "${1:-artifacts/brig}")
runs=${RUNS:-5} size=${SIZE_MB:-1024} one=${ONE_MB:-300} files=${FILES:-100000} only=${ONLY:-one big many push}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/brig-bench-pull.XXXXXX")
images=${KEEP:-$work/images}
port=$((20000 + RANDOM % 20000)) registry=127.0.0.1:$port
at_exit 'rm -rf "$work"'

say "machine: $(nproc) cores, $(uname -r), $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)" >&2

layer() { # NUMBER MEGABYTES: files of 4 MiB, half of each random, half of it text
  local folder=$work/layer index
  rm -rf "$folder"; mkdir -p "$folder/data/$1"
  for ((index = 0; index < $2 / 4; index++)); do
    { head -c 2097152 /dev/urandom; head -c 1572864 /dev/urandom | base64 -w 0; } >"$folder/data/$1/$index"
  done
  tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner -cf "$3" .
}

small_files() { # COUNT FILE: files of up to 4 KiB in directories of 500, as a tree of many packages has them
  local folder=$work/small
  rm -rf "$folder"; mkdir -p "$folder"
  python3 - "$folder" "$1" <<'PY'
import os, random, sys
folder, count = sys.argv[1], int(sys.argv[2])
random.seed(7)
words = [b'%08x ' % random.getrandbits(32) for _ in range(4096)]
for i in range(count):
    d = os.path.join(folder, 'lib', '%04d' % (i // 500))
    if i % 500 == 0:
        os.makedirs(d, exist_ok=True)
    with open(os.path.join(d, 'file%06d' % i), 'wb') as f:
        f.write(b''.join(random.choices(words, k=random.randint(1, 450))))
PY
  tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner -cf "$2" .
  rm -rf "$folder"
}

image() { # NAME TAR...: an OCI layout of gzip layers
  local name=$1 layout=$images/$1 tar diffs=() layers=() blob digest
  shift
  mkdir -p "$layout/blobs/sha256"
  for tar in "$@"; do
    diffs+=("\"sha256:$(sha256sum "$tar" | cut -d' ' -f1)\"")
    gzip -nc "$tar" >"$work/blob"
    digest=$(sha256sum "$work/blob" | cut -d' ' -f1)
    layers+=("{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"size\":$(stat -c %s "$work/blob"),\"digest\":\"sha256:$digest\"}")
    mv "$work/blob" "$layout/blobs/sha256/$digest"
    rm "$tar"
  done
  put() { digest=$(sha256sum "$1" | cut -d' ' -f1); mv "$1" "$layout/blobs/sha256/$digest"; }
  printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/true"]},"rootfs":{"type":"layers","diff_ids":[%s]}}' "$(IFS=,; echo "${diffs[*]}")" >"$work/config"
  local config_size; config_size=$(stat -c %s "$work/config"); put "$work/config"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":%s,"digest":"sha256:%s"},"layers":[%s]}' \
    "$config_size" "$digest" "$(IFS=,; echo "${layers[*]}")" >"$work/manifest"
  local manifest_size; manifest_size=$(stat -c %s "$work/manifest"); put "$work/manifest"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"org.opencontainers.image.ref.name":"x"}}]}' \
    "$digest" "$manifest_size" >"$layout/index.json"
}

say "== Images" >&2
mkdir -p "$images"
if [ ! -f "$images/big/index.json" ]; then
  tars=()
  for number in 1 2 3 4 5 6 7 8; do layer $number $((size / 8)) "$work/$number.tar"; tars+=("$work/$number.tar"); done
  rm -rf "$work/layer"
  image big "${tars[@]}"
fi
if [ ! -f "$images/one/index.json" ]; then
  layer 9 "$one" "$work/9.tar"; rm -rf "$work/layer"
  image one "$work/9.tar"
fi
if [ ! -f "$images/many/index.json" ]; then
  small_files "$files" "$work/many.tar"
  image many "$work/many.tar"
fi

cat >"$work/registry.yml" <<EOF
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $work/registry}, delete: {enabled: true}}
http: {addr: $registry}
EOF
OTEL_TRACES_EXPORTER=none docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry_pid=$!
at_exit 'kill $registry_pid; wait $registry_pid 2>/dev/null'
for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
for name in one big many; do skopeo copy -q --dest-tls-verify=false "oci:$images/$name:x" "docker://$registry/$name:1" >&2; done

export BRIG_ROOT=$work/brig BRIG_RUN_ROOT=$work/brig-run
podman="podman --root $work/podman --runroot $work/podman-run --cgroup-manager cgroupfs --storage-driver overlay"
export DOCKER_HOST=unix://$work/docker.sock
if command -v dockerd >/dev/null && command -v docker >/dev/null; then
  dockerd --host "$DOCKER_HOST" --data-root "$work/docker" --exec-root "$work/docker-run" --pidfile "$work/docker.pid" --bridge none --iptables=false --ip6tables=false \
    --storage-driver overlay2 >"$work/dockerd.log" 2>&1 &
  docker_pid=$!
  at_exit 'kill $docker_pid; wait $docker_pid 2>/dev/null; umount "$work/docker/overlay2" 2>/dev/null || true'
  for _ in $(seq 120); do docker info >/dev/null 2>&1 && break; kill -0 $docker_pid 2>/dev/null || break; sleep 0.25; done
fi
docker_here() { [ -n "${docker_pid-}" ] && timeout 10 docker info >/dev/null 2>&1; }
docker_here || say "no docker: $(tail -n 1 "$work/dockerd.log" 2>/dev/null)" >&2

# What an earlier run made is put aside, not removed: ext4 passes over inodes that were freed in the last seconds one by one, so that a pull after
# a removal of 100,000 files takes several times as long, whoever pulls.
mkdir -p "$work/aside"
aside() { printf 'for path in %s; do [ ! -e "$path" ] || mv "$path" %s/aside/$(date +%%s%%N); done' "$*" "$work"; }
clean_brig=$(aside "$work/brig" "$work/brig-run")
clean_podman=$(aside "$work/podman" "$work/podman-run")
clean_skopeo=$(aside "$work/skopeo")

# Between two programs the page cache is as the first one left it: everything is written out before each run.
settle="sync"
compare() { # TITLE FILE: prints medians and what each is of the first
  jq -r --arg title "$1" '.results as $all | $title, ($all[] | "  \(.command | (. + "                ")[:16]) \(.median * 1000 | round) ms   (\((.median / $all[0].median) * 100 | round / 100) x brig; min \(.min * 1000 | round), max \(.max * 1000 | round))")' "$2"
}

for name in one big many; do
  [[ " $only " == *" $name "* ]] || continue
  commands=(-n brig --prepare "$clean_brig; $settle" "$brig pull -q $registry/$name:1"
    -n podman --prepare "$clean_podman; $settle" "$podman pull -q --tls-verify=false $registry/$name:1"
    -n "skopeo (dir)" --prepare "$clean_skopeo; $settle" "skopeo copy -q --src-tls-verify=false docker://$registry/$name:1 dir:$work/skopeo")
  docker_here && commands+=(-n docker --prepare "docker rmi -f $registry/$name:1 >/dev/null 2>&1 || true; $settle" "docker pull -q $registry/$name:1")
  hyperfine -r "$runs" -w 1 --export-json "$work/$name.json" "${commands[@]}" >/dev/null 2>"$work/hyperfine.log" || { cat "$work/hyperfine.log" >&2; exit 1; }
  compare "pull $name" "$work/$name.json"
  eval "$clean_brig"
  /usr/bin/time -f '  brig: peak memory %M kB, user %U s, system %S s' "$brig" pull -q "$registry/$name:1" 2>&1 >/dev/null | tail -1
done

[[ " $only " == *" push "* ]] || exit 0
$podman pull -q --tls-verify=false "$registry/big:1" >/dev/null
eval "$clean_brig"; "$brig" pull -q "$registry/big:1" >/dev/null
"$brig" tag "$registry/big:1" "$registry/push/brig:1"
$podman tag "$registry/big:1" "$registry/push/podman:1"
empty="rm -rf $work/registry/docker/registry/v2/repositories/push $work/registry/docker/registry/v2/blobs"
# What the registry has is taken away before each push, so that all bytes travel. podman keeps no blobs and packs again.
hyperfine -r "$runs" -w 1 --export-json "$work/push.json" \
  -n brig --prepare "$empty; $settle" "$brig push -q $registry/push/brig:1" \
  -n skopeo --prepare "$empty; $settle" "skopeo copy -q --dest-tls-verify=false oci:$images/big:x docker://$registry/push/skopeo:1" \
  -n podman --prepare "$empty; $settle" "$podman push -q --tls-verify=false $registry/push/podman:1" >/dev/null 2>"$work/hyperfine.log" || { cat "$work/hyperfine.log" >&2; exit 1; }
compare "push big" "$work/push.json"
eval "$empty"
/usr/bin/time -f '  brig: peak memory %M kB, user %U s, system %S s' "$brig" push -q "$registry/push/brig:1" 2>&1 >/dev/null | tail -1
