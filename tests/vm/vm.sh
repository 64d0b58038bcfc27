#!/bin/bash
# vm.sh [OPTION...] -- COMMAND [ARGUMENT...]: runs a command as root in a virtual machine of Debian with Debian's own kernel, systemd and
# pure cgroup v2, and ends with its exit code. What it writes comes out here while it runs; what it leaves in /results is brought back.
# The machine has no network and is emulated (TCG), or runs under KVM where that works. Run as root.
#   --copy SOURCE:PLACE   a file or folder of this machine, put there under that name (may be given again)
#   --dotnet              .NET's runtime in /usr/share/dotnet, for built test programs
#   --include PACKAGES    Debian packages besides the least, divided by commas
#   --results FOLDER      where /results comes to (artifacts/vm/results); FOLDER.console.log has the console
#   --suite NAME          Debian's release (trixie, which has a kernel that the engine works on)
#   --memory MIB --cpus COUNT --limit SECONDS   of the machine (2048, 2, 5400)
# The tree with its kernel is made once for each suite and list of packages and kept in /tmp/brig-test-cache.
set -euo pipefail
from=$PWD
cd "$(dirname "$(readlink -f "$0")")/../.."
. scripts/prerequisites.sh

suite=trixie include='' results=$PWD/artifacts/vm/results memory=2048 cpus=2 limit=5400 dotnet='' copies=()
while [ $# -gt 0 ]; do
  case $1 in
    --copy) copies+=("$2"); shift 2 ;;
    --dotnet) dotnet=yes; shift ;;
    --include) include=$2; shift 2 ;;
    --results) results=$(cd "$from" && realpath -m "$2"); shift 2 ;;
    --suite) suite=$2; shift 2 ;;
    --memory) memory=$2; shift 2 ;;
    --cpus) cpus=$2; shift 2 ;;
    --limit) limit=$2; shift 2 ;;
    --) shift; break ;;
    *) fail "unknown option $1; the head of this file lists them" ;;
  esac
done
[ $# -gt 0 ] || fail "no command is given after --"

require_root
need_packages mmdebstrap qemu-system-x86 e2fsprogs >&2
packages=linux-image-amd64,initramfs-tools,zstd,systemd,systemd-sysv,dbus,udev,kmod,iproute2,procps,util-linux${include:+,$include}
work=$(mktemp -d /tmp/brig-vm.XXXXXX)
at_exit "rm -rf '$work'"

# Kernel, initial file system and disk; the disk is only ever read, what a machine writes goes into a file that is thrown away.
make_base() {
  local tree=$work/tree options=() line mirror
  mkdir -p /tmp/brig-test-cache "$tree"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | head -n 1)
  while IFS= read -r line; do options+=("--aptopt=$line"); done < <(apt-config dump | grep -E '^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy) "[^"]' | sed 's/;$//')
  say "Making Debian $suite with a kernel: some minutes, once" >&2
  # The modules that reach the disk are all that the initial file system needs; with every module it takes long to unpack.
  mmdebstrap --quiet --variant=minbase --format=directory "${options[@]}" --include="$packages" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"' \
    --essential-hook='echo MODULES=list >"$1/etc/initramfs-tools/conf.d/vm"; printf "virtio_pci\nvirtio_blk\next4\n" >"$1/usr/share/initramfs-tools/modules.d/vm"' \
    "$suite" "$tree" "${mirror:-http://deb.debian.org/debian}" >&2
  echo vm >"$tree/etc/hostname"
  echo '/dev/vda / ext4 rw 0 1' >"$tree/etc/fstab"
  : >"$tree/etc/machine-id"
  cat >"$tree/etc/systemd/system/vm-command.service" <<'UNIT'
[Unit]
Description=What the virtual machine is for
After=multi-user.target dbus.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'tar -xf /dev/disk/by-id/virtio-payload -C / && exec /vm-command'
ExecStopPost=/bin/systemctl poweroff --force --force
StandardInput=null
StandardOutput=file:/dev/virtio-ports/output
StandardError=inherit
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
TasksMax=infinity
TimeoutStartSec=infinity
UNIT
  mkdir -p "$tree/etc/systemd/system/default.target.wants"
  ln -s ../vm-command.service "$tree/etc/systemd/system/default.target.wants/vm-command.service"
  rm -rf "$base.new"
  mkdir "$base.new"
  cp "$tree"/boot/vmlinuz-* "$base.new/kernel"
  cp "$tree"/boot/initrd.img-* "$base.new/initrd"
  mke2fs -q -t ext4 -d "$tree" "$base.new/disk" 8G
  rm -rf "$tree"
  mv "$base.new" "$base"
}
base=/tmp/brig-test-cache/vm-$suite-$({ declare -f make_base; echo "$packages"; } | sha256sum | cut -c1-12)
(
  mkdir -p /tmp/brig-test-cache
  flock 9
  [ -d "$base" ] || make_base
) 9>"$base.lock" || fail "Debian $suite could not be made"

# What is copied in, and the command, come as a tar on a disk of its own.
payload=$work/payload
mkdir -p "$payload/results"
for copy in ${copies[@]+"${copies[@]}"}; do
  place=$payload/${copy#*:}
  mkdir -p "$(dirname "$place")"
  (cd "$from" && cp -a --no-target-directory "${copy%%:*}" "$place")
done
if [ -n "$dotnet" ]; then
  sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir -p "$payload/usr/share/dotnet/shared"
  cp -a "$sdk/dotnet" "$sdk/host" "$payload/usr/share/dotnet/"
  cp -a "$sdk/shared/Microsoft.NETCore.App" "$payload/usr/share/dotnet/shared/"
fi
{
  printf '#!/bin/bash\nexport DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 LC_ALL=C.UTF-8 HOME=/root\ncd /root\n'
  printf '('; printf ' %q' "$@"; printf ' )\n'
  printf 'echo $? >/results/exit-code\ntar -cf /dev/disk/by-id/virtio-results -C /results .\n'
} >"$payload/vm-command"
chmod 755 "$payload/vm-command"
tar -C "$payload" --owner=0 --group=0 --numeric-owner -cf "$work/payload.tar" .
truncate -s %512 "$work/payload.tar"
rm -rf "$payload"
truncate -s 256M "$work/results"

accelerator=(-accel tcg,thread=multi -cpu Nehalem-v1)
if { timeout 10 qemu-system-x86_64 -accel kvm -cpu host -display none -nodefaults -S -monitor stdio <<<quit; } >/dev/null 2>&1; then
  accelerator=(-accel kvm -cpu host)
fi
rm -rf "$results"
mkdir -p "$results"
console=$results.console.log
start=$SECONDS
touch "$work/output"
tail -n +1 -f "$work/output" &
reader=$!
at_exit "kill $reader 2>/dev/null"
status=0
timeout -k 10 "$limit" qemu-system-x86_64 "${accelerator[@]}" -smp "$cpus" -m "$memory" -display none -no-reboot -nic none -monitor none -snapshot \
  -kernel "$base/kernel" -initrd "$base/initrd" -append "root=/dev/vda rw console=ttyS0 quiet systemd.show_status=no panic=-1 no_timer_check mitigations=off" \
  -drive "file=$base/disk,format=raw,if=none,id=root,cache=unsafe" -device virtio-blk-pci,drive=root \
  -drive "file=$work/payload.tar,format=raw,if=none,id=payload,cache=unsafe" -device virtio-blk-pci,drive=payload,serial=payload \
  -drive "file=$work/results,format=raw,if=none,id=results,cache=unsafe,snapshot=off" -device virtio-blk-pci,drive=results,serial=results \
  -device virtio-serial-pci -chardev "file,id=output,path=$work/output" -device virtserialport,chardev=output,name=output \
  -serial "file:$console" </dev/null || status=$?
sleep 1 # the reader looks once a second
kill "$reader" 2>/dev/null || true
[ "$status" = 0 ] || { tail -n 30 "$console" >&2; fail "the machine did not end by itself ($status); its console is $console"; }
tar -C "$results" -xf "$work/results" 2>/dev/null || { tail -n 30 "$console" >&2; fail "the machine left no results; its console is $console"; }
say "The machine (${accelerator[1]%%,*}) ran $((SECONDS - start)) seconds; results are in $results" >&2
code=$(cat "$results/exit-code")
exit "$code"
