#!/usr/bin/env bash
# Real images unpacked by brig, umoci and podman, compared attribute for attribute: a Debian, one with python3 on top, one of 30 layers
# with whiteouts, one of 100,000 small files. podman's mounts all show a root of mode 0555 made just then: the script ends with 1 for that.
# usage: compare-trees.sh [FILES]. Needs umoci, podman, skopeo, the built tests and artifacts/brig.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
files=${1:-100000} tests=$PWD/tests/Brig.Images.Tests/bin/Release/net10.0/Brig.Images.Tests brig=${BRIG_BINARY:-$PWD/artifacts/brig}
work=$(mktemp -d "${WORK:-/var/tmp}/brig-compare-XXXXXX")
B="$brig --root $work/brig --run-root $work/brig/run"
P="podman --root $work/pod --runroot $work/podrun --storage-driver overlay"
trap '$P image umount -af >/dev/null 2>&1 || true; umount "$work/pod/overlay" 2>/dev/null || true; rm -rf "$work"' EXIT
failed=0

compare() { # NAME: an image that brig has
  $B save -o "$work/$1.tar" "$1:latest"
  skopeo copy -q "oci-archive:$work/$1.tar:latest" "oci:$work/layout-$1:latest"
  umoci unpack --image "$work/layout-$1:latest" "$work/bundle-$1" >/dev/null
  printf '%s, umoci: ' "$1"; "$tests" compare "$work/brig" "$1" "$work/bundle-$1/rootfs" || failed=1
  rm -rf "$work/bundle-$1"
  $P load -q -i "$work/$1.tar" >/dev/null
  printf '%s, podman: ' "$1"; "$tests" compare "$work/brig" "$1" "$($P image mount "docker.io/library/$1:latest")" || failed=1
  $P image umount "docker.io/library/$1:latest" >/dev/null; $P rmi -f "docker.io/library/$1:latest" >/dev/null
}

$B import /tmp/brig-test-cache/debian.tar debian >/dev/null
compare debian

mkdir -p "$work/debs" "$work/python"
(cd "$work/debs" && apt-get download -q $(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances python3 | grep '^[a-z]' | grep -E '^(lib)?python3|^media-types|^libsqlite3|^libnsl|^libtirpc') >/dev/null 2>&1)
$B run --name python -v "$work/debs:/debs:ro" --network none debian sh -c 'for deb in /debs/*.deb; do dpkg-deb --fsys-tarfile $deb | tar -C / -x --keep-directory-symlink; done; ldconfig; rm -rf /usr/share/doc /usr/share/man' >/dev/null
$B commit -m python3 python python >/dev/null; $B rm python >/dev/null
compare python

name=debian
for layer in $(seq 29); do
  $B run --name step --network none "$name" sh -c "n=$layer; "'
    case $((n % 6)) in
      0) rm -rf /usr/share/zoneinfo /opt; mkdir -p /usr/share/zoneinfo/again /opt; echo $n > /usr/share/zoneinfo/again/file ;;
      1) rm -f /usr/bin/[a-c]*$n; cp -a /etc /etc.$n; ln -s etc.$n /etc.link$n ;;
      2) rm -rf /etc.$((n - 1)); echo now a file > /etc.$((n - 1)) ;;
      3) find /usr/lib -maxdepth 2 -name "*.so*" | head -$n | xargs chmod u-w; mkfifo /pipe$n; mknod /dev$n c 1 3 || true ;;
      4) for i in $(seq 50); do head -c $((i * n)) /bin/bash > /srv/$n.$i; done; ln /srv/$n.1 /srv/linked$n; chown -R $n:$n /srv ;;
      5) rm -rf /srv; mkdir /srv; chmod 1777 /srv; truncate -s 5M /srv/sparse$n; cp -a /usr/bin/passwd /srv/setuid$n ;;
    esac' >/dev/null
  $B commit step many >/dev/null; $B rm step >/dev/null; name=many
done
compare many

python3 - "$work/small.tar" "$files" <<'PY'
import io, random, sys, tarfile
random.seed(1)
with tarfile.open(sys.argv[1], 'w', format=tarfile.PAX_FORMAT) as tar:
    # What an archive does not name gets a time of its own from every engine: it names all directories.
    for name in ['./', 'data'] + [f'data/d{number}' for number in range((int(sys.argv[2]) + 99) // 100)]:
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, 1700000000
        tar.addfile(entry)
    for number in range(int(sys.argv[2])):
        content = random.randbytes(random.randint(0, 4096))
        entry = tarfile.TarInfo(f'data/d{number // 100}/file{number % 100}.txt')
        entry.size, entry.mode, entry.mtime = len(content), 0o644, 1700000000 + number / 8
        tar.addfile(entry, io.BytesIO(content))
PY
$B import "$work/small.tar" small >/dev/null
compare small
exit $failed
