#!/usr/bin/env bash
# Archives of images beside podman and skopeo: load and save of a Debian and of 100,000 small files, in one run with hyperfine.
# usage: bench/archives.sh [BRIG]        FILES=100000 RUNS=5 WORK=/dev/shm
# All state is below one folder of WORK, which is removed at the end. The last lines are ratios: above 1 brig is faster.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
brig=$(readlink -f "${1:-artifacts/brig}") files=${FILES:-100000} runs=${RUNS:-5}
for tool in hyperfine podman skopeo jq python3 "$brig"; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 1; }; done
work=$(mktemp -d "${WORK:-/dev/shm}/brig-bench-XXXXXX")
trap 'podman --root $work/pod --runroot $work/podrun --storage-driver overlay unshare true 2>/dev/null || true; umount $work/pod/overlay 2>/dev/null || true; rm -rf "$work"' EXIT
B="$brig --root $work/brig --run-root $work/brig-run"
P="podman --root $work/pod --runroot $work/podrun --storage-driver overlay"

debian=/tmp/brig-test-cache/debian.tar
[ -f "$debian" ] || { . scripts/prerequisites.sh; mkdir -p "${debian%/*}"; debian_tree >"$debian"; }
python3 - "$work/small.tar" "$files" <<'PY'
import io, random, sys, tarfile
random.seed(1)
noise = random.randbytes(1 << 16)
with tarfile.open(sys.argv[1], 'w', format=tarfile.PAX_FORMAT) as tar:
    for number in range(int(sys.argv[2])):
        size, start = random.randint(0, 4096), random.randint(0, 60000)
        entry = tarfile.TarInfo(f'data/d{number // 100}/file{number % 100}.txt')
        entry.size, entry.mode, entry.mtime = size, 0o644, 1700000000 + number % 100
        tar.addfile(entry, io.BytesIO(noise[start:start + size]))
PY

results=()
compare() { # NAME PREPARE-BRIG BRIG PREPARE-OTHER OTHER [PREPARE-THIRD THIRD]
  local name=$1; shift
  local arguments=(--shell=bash --warmup 1 --runs "$runs" --export-json "$work/result.json")
  while [ $# -gt 0 ]; do arguments+=(--prepare "$1" "$2"); shift 2; done
  hyperfine "${arguments[@]}" 2>&1 | grep -vE '^ *$|Warning|outlier' || true
  results+=("$(jq -r --arg name "$name" '.results | (.[0].median) as $own | "\($name): brig \(($own * 1000 | round)) ms" + ([.[1:][] | "; \(.command | split(" ")[0] | split("/")[-1]) \((.median * 1000 | round)) ms, ratio \((.median / $own * 100 | round) / 100)"] | join(""))' "$work/result.json")")
}

for image in debian small; do
  $B import "$([ $image = debian ] && echo "$debian" || echo "$work/small.tar")" "$image:1" >/dev/null
  $B save -o "$work/$image-oci.tar" "$image:1"
  skopeo copy -q "oci-archive:$work/$image-oci.tar" "docker-archive:$work/$image-docker.tar:$image:1"
  $B rmi "$image:1" >/dev/null
  for format in oci docker; do
    archive=$work/$image-$format.tar
    compare "load $image ($format)" "$B rmi -f $image:1 || true" "$B load -q -i $archive" "$P rmi -f $image:1 || true" "$P load -q -i $archive"
    memory=$( { $B rmi -f "$image:1" >/dev/null; /usr/bin/time -f %M $B load -q -i "$archive" >/dev/null; } 2>&1 | tail -1)
    results+=("load $image ($format): brig's memory $((memory / 1024)) MiB")
  done
  $B load -q -i "$work/$image-oci.tar" >/dev/null; $P load -q -i "$work/$image-oci.tar" >/dev/null
  skopeo copy -q "oci-archive:$work/$image-oci.tar" "oci:$work/$image-layout:1"
  compare "save $image" "rm -f $work/out.tar" "$B save -o $work/out.tar $image:1" "rm -f $work/out.tar" "$P save -q -o $work/out.tar $image:1" \
    "rm -f $work/out.tar" "skopeo copy -q oci:$work/$image-layout:1 oci-archive:$work/out.tar"
done
printf '\n%s\n' "== Ratios"
printf '%s\n' "${results[@]}"
