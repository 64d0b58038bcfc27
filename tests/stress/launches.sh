#!/bin/bash
# launches.sh [COUNT [WORKERS]]: launches COUNT containers (10,000) by WORKERS (4) at once, half with "run" and half with create, start
# and delete, while other programs keep the processors busy. Nothing may hang (60 seconds for each command), fail, or stay behind: no
# cgroup, mount, process, zombie, state or descriptor. BRIG_RUNTIME is the runtime's command: by default "brig oci" of artifacts/.
set -euo pipefail

# In namespaces of its own, so that all mounts, processes and interfaces there are this run's.
[ -n "${LAUNCHES_INSIDE-}" ] || LAUNCHES_INSIDE=1 exec unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc bash "$(readlink -f "$0")" "$@"
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
count=${1:-10000} workers=${2:-4}
read -r -a runtime <<<"${BRIG_RUNTIME:-${BRIG_BINARY:-$here/../../artifacts/brig} oci}"
folder=$(mktemp -d /tmp/brig-stress.XXXXXX)
name=${folder##*/brig-}
group=/brig-$name
load=()

cgroups() { find /sys/fs/cgroup -mindepth 1 -type d -path "*$group*" 2>/dev/null || true; }

finish() {
  local status=$? process
  set +e
  for process in "${load[@]}"; do kill "$process" 2>/dev/null; done
  wait 2>/dev/null
  cgroups | sort -r | xargs -r rmdir 2>/dev/null
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

mkdir -p "$folder"/bundle/rootfs/{bin,proc,dev,sys,tmp}
cp /bin/busybox "$folder/bundle/rootfs/bin/"
ln -s busybox "$folder/bundle/rootfs/bin/sh"

# One bundle for each worker and way: only the path of the cgroup differs.
configuration() {
  cat <<JSON
{ "ociVersion": "1.0.2", "root": { "path": "$folder/bundle/rootfs" }, "hostname": "stress",
  "process": { "user": { "uid": 0, "gid": 0 }, "args": ["/bin/busybox", "true"], "env": ["PATH=/bin"], "cwd": "/",
    "capabilities": { "bounding": ["CAP_CHOWN"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_CHOWN"] }, "noNewPrivileges": true },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666"] },
    { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"] } ],
  "linux": { "cgroupsPath": "$group/$1", "resources": { "pids": { "limit": 32 }, "memory": { "limit": 67108864 } },
    "namespaces": [{ "type": "pid" }, { "type": "network" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }, { "type": "cgroup" }],
    "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
    "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["ptrace"], "action": "SCMP_ACT_ERRNO" }] } } }
JSON
}

oci() { timeout -k 5 60 "${runtime[@]}" --root "$folder/state" "$@"; }

# Until the container is stopped: its program ends at once.
settle() {
  local attempt
  for attempt in $(seq 3000); do
    case $(oci state "$1" 2>/dev/null) in *'"stopped"'*) return 0 ;; esac
    sleep 0.02
  done
  echo "$1 did not stop" >&2
  return 1
}

work() {
  local number=$1 id bundle=$folder/worker-$1 turn
  mkdir -p "$bundle"
  configuration "worker-$number" >"$bundle/config.json"
  for ((turn = number; turn < count; turn += workers)); do
    id=$name-$turn
    if ((turn / workers % 2)); then
      oci run --bundle "$bundle" "$id" </dev/null || { echo "run $turn: status $?"; return 1; }
    else
      oci create --bundle "$bundle" "$id" </dev/null && oci start "$id" && settle "$id" && oci delete "$id" || { echo "create, start, delete $turn: status $?"; return 1; }
    fi
  done
}

facts() {
  printf 'mounts %s\n' "$(grep -c "$folder" /proc/self/mountinfo || true)"
  printf 'zombies %s\n' "$(cat /proc/[0-9]*/stat 2>/dev/null | awk '$3 == "Z"' | wc -l)"
  printf 'interfaces %s\n' "$(grep -c : /proc/net/dev)"
}

busy() { while :; do :; done; }
forking() { while :; do /bin/busybox true; done; }
writing() { while :; do dd if=/dev/zero of="$folder/filler" bs=1M count=64 status=none; done; }

before=$(facts)
descriptors=$(cut -f1 /proc/sys/fs/file-nr)
start=$EPOCHREALTIME
for program in busy forking writing; do
  $program &
  load+=($!)
done

jobs=() failed=0
for ((worker = 0; worker < workers; worker++)); do
  work "$worker" >"$folder/worker-$worker.log" 2>&1 &
  jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
end=$EPOCHREALTIME
for process in "${load[@]}"; do kill "$process" 2>/dev/null || true; done
for process in "${load[@]}"; do wait "$process" 2>/dev/null || true; done
load=()
for log in "$folder"/worker-*.log; do
  if [ -s "$log" ]; then head -n 5 "$log"; failed=1; fi
done

# What is left is asked for until it is gone, or half a minute is over.
left() {
  cgroups | grep "/worker-" | sed 's/^/cgroup /'
  ls -A "$folder/state" 2>/dev/null | sed 's/^/state /'
  grep -alz -- "^$folder/state" /proc/[0-9]*/cmdline 2>/dev/null | grep -v -e /self/ | sed 's/^/process /'
  return 0
}
for attempt in $(seq 300); do
  found=$(left)
  after=$(facts)
  [ -n "$found" ] || [ "$(grep -v zombies <<<"$after")" != "$(grep -v zombies <<<"$before")" ] || [ "$(awk '/zombies/ { print $2 }' <<<"$after")" -gt "$(awk '/zombies/ { print $2 }' <<<"$before")" ] || break
  sleep 0.1
  if [ "$attempt" = 300 ]; then
    printf 'Left behind:\n%s\nbefore:\n%s\nafter:\n%s\n' "$found" "$before" "$after"
    failed=1
  fi
done
now=$(cut -f1 /proc/sys/fs/file-nr)

# Other programs open and close files meanwhile; a leak of one for each launch would stand out.
if ((count >= 1000 && now - descriptors > count / 2)); then
  echo "open files of the machine: $descriptors before, $now after"
  failed=1
fi
awk -v count="$count" -v start="$start" -v end="$end" -v before="$descriptors" -v now="$now" \
  'BEGIN { printf "%d launches in %.1f s, %.1f ms each; open files of the machine %d before, %d after\n", count, end - start, (end - start) * 1000 / count, before, now }'
[ "$failed" = 0 ] && echo "No failure, no hang, nothing left."
exit "$failed"
