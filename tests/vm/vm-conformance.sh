#!/bin/bash
# vm-conformance.sh [ARGUMENT...]: runs the conformance project in a virtual machine (vm.sh) with what this machine may lack: pure cgroup
# v2 under systemd, a Debian kernel, criu; once with cgroups made directly and once by systemd. Arguments are the test program's, such as
# -class NAME, for both runs. BRIG_RUNTIMES names the runtimes (brig alone) and SUITE Debian's release (trixie). The reports are left in
# artifacts/vm. The project and artifacts/brig must have been built. Run as root; emulated, it takes about twenty minutes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

project=Brig.Runtime.Conformance
program=tests/$project/bin/Release/net10.0
runtimes=${BRIG_RUNTIMES-brig=/usr/local/bin/brig oci}
systemd=("$@")
if [ $# = 0 ]; then
  # Cases of other areas do not differ by who makes the cgroups, and those of paths in the file system are for who makes them there.
  for name in Lifecycle Exec Documents Devices Checkpoints; do systemd+=(-class "$project.$name.*"); done
  for name in Resource Update Systemd; do systemd+=(-class "$project.Cgroups.${name}Tests"); done
fi
quoted() { [ $# = 0 ] || printf '%q ' "$@"; }

inside=$(cat <<INSIDE
export BRIG_RUNTIMES='$runtimes'
printf '%s\n%s\n%s processors\n' "\$(uname -r)" "\$(systemctl --version | head -n 1)" "\$(nproc)" >/results/machine
# Hardware breakpoints bring an emulated machine down: CRIU does without (its FI_NO_BREAKPOINTS).
export CRIU_FAULT=130
cd /conformance
status=0
run() { echo "== \$1"; shift; timeout 3000 ./$project -noColor -noLogo "\$@" | tail -n 400 || status=1; }
set -o pipefail
# Callers (podman, dockerd) and the run under load are for the machine itself.
run cgroupfs -namespace- $project.Callers -namespace- $project.Stress -xml /results/cgroupfs.xml $(quoted "$@")
export BRIG_CGROUP_DRIVER=systemd
run systemd -xml /results/systemd.xml $(quoted "${systemd[@]}")
exit \$status
INSIDE
)
exec tests/vm/vm.sh --dotnet --suite "${SUITE:-trixie}" --include busybox-static,crun,runc,criu,bsdutils,libcap2-bin --memory 3072 \
  --copy "$program:/conformance" --copy "${BRIG_BINARY:-artifacts/brig}:/usr/local/bin/brig" --results artifacts/vm/conformance \
  -- bash -c "$inside"
