#!/bin/bash
# podman-checkpoint.sh: has podman checkpoint and restore containers with brig as their runtime, in a virtual machine whose kernel and CRIU
# fit each other. artifacts/brig must have been built. Run as root.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
inside=$(cat <<'INSIDE'
set -euxo pipefail
export CRIU_FAULT=130 # no hardware breakpoints, which bring an emulated machine down
ln -s brig /usr/local/bin/brig-oci
mkdir -p /image/bin /image/tmp
cp /bin/busybox /image/bin/
for applet in sh echo sleep cat; do ln -s busybox /image/bin/$applet; done
pod() { podman --runtime /usr/local/bin/brig-oci --storage-driver vfs "$@"; }
tar -C /image -c . | pod import -q - tiny
until_more() { local before; before=$(pod logs "$1" | tail -n 1); for _ in {1..200}; do [ "$(pod logs "$1" | tail -n 1)" -le "$before" ] || return 0; sleep 0.3; done; return 1; }

pod run -d --name one --network none tiny sh -c 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.3; done'
sleep 3
pod container checkpoint one
[ "$(pod inspect -f '{{.State.Running}} {{.State.Checkpointed}}' one)" = "false true" ]
last=$(pod logs one | tail -n 1)
pod container restore one
until_more one
[ "$(pod logs one | grep -cx "$((last + 1))")" = 1 ]
[ "$(pod exec one echo inside)" = inside ]

pod container checkpoint --leave-running --export /export.tar one
[ "$(pod inspect -f '{{.State.Running}}' one)" = true ]
pod rm -f -t 0 one
pod container restore --import /export.tar --name two
until_more two
pod rm -f -t 0 two
echo "podman: checkpoint, restore, export and import work"
INSIDE
)
exec tests/vm/vm.sh --include busybox-static,criu,podman,iptables,nftables --memory 3072 --copy "${BRIG_BINARY:-artifacts/brig}:/usr/local/bin/brig" --results artifacts/vm/podman -- bash -c "$inside"
