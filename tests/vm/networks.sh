#!/usr/bin/env bash
# networks.sh [-class NAME | -method NAME]...: the tests of networks on Debian's own kernel, which has what the machine's may lack: ipvlan,
# VLANs, SCTP. By hand; the machine is emulated and takes some minutes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
program=tests/Brig.Networks.Tests/bin/Release/net10.0
[ -x "$program/Brig.Networks.Tests" ] || dotnet build tests/Brig.Networks.Tests -c Release -v q --nologo
# One processor: emulated, two of them trip over the kernel's patching of its own code, which rules that come and go make it do.
exec tests/vm/vm.sh --cpus 1 --dotnet --include nftables,dnsmasq-base,iperf3,iputils-ping,bind9-dnsutils,netbase,libsqlite3-dev --copy "$program:/tests" -- \
  sh -c 'modprobe -a ipvlan 8021q sctp && exec /tests/Brig.Networks.Tests -noColor -noLogo "$@"' sh "$@"
