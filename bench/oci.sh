#!/bin/bash
# oci.sh [RESULTS]: brig oci beside crun and runc on this machine, in one run: run, create + start + delete, 100 containers at once,
# and the memory of what a container leaves. Ratios are to crun. Needs root, crun, runc, busybox-static, hyperfine, jq.
set -euo pipefail
top=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
brig=${BRIG_BINARY:-$top/artifacts/brig}

# crun refuses machines whose cgroup v2 hierarchy has controllers beside v1 ones: all three are measured without that hierarchy.
if grep -qs . /sys/fs/cgroup/unified/cgroup.controllers && [ -z "${BRIG_BENCH_INSIDE-}" ]; then
  BRIG_BENCH_INSIDE=1 exec unshare --mount --propagation slave bash -c 'umount -l /sys/fs/cgroup/unified; exec "$0" "$@"' "$(readlink -f "$0")" "$@"
fi

for program in crun runc hyperfine jq; do command -v "$program" >/dev/null || { echo "oci.sh: $program is missing" >&2; exit 1; }; done
folder=$(mktemp -d /tmp/brig-bench.XXXXXX)
group=/${folder##*/}

finish() {
  set +e
  find /sys/fs/cgroup -depth -type d -path "*$group*" -exec rmdir {} \; 2>/dev/null
  rm -rf "$folder"
}
trap finish EXIT

mkdir -p "$folder"/bundle/rootfs/{bin,proc,dev,sys,tmp}
cp /bin/busybox "$folder/bundle/rootfs/bin/"

# configuration NAME PROGRAM…: a bundle as an engine would write it, with Docker's capabilities, masks and limits.
configuration() {
  local name=$1
  shift
  mkdir -p "$folder/$name"
  jq -n --arg root "$folder/bundle/rootfs" --arg group "$group/$name" '{
    ociVersion: "1.0.2", root: {path: $root}, hostname: "bench",
    process: {user: {uid: 0, gid: 0}, args: $ARGS.positional, env: ["PATH=/bin"], cwd: "/", noNewPrivileges: true,
      capabilities: (["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_NET_BIND_SERVICE"] | {bounding: ., effective: ., permitted: .})},
    mounts: [
      {destination: "/proc", type: "proc", source: "proc"},
      {destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"]},
      {destination: "/dev/pts", type: "devpts", source: "devpts", options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
      {destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
      {destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"]},
      {destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"]}],
    linux: {cgroupsPath: $group, resources: {devices: [{allow: false, access: "rwm"}], pids: {limit: 64}, memory: {limit: 134217728}},
      namespaces: (["pid", "network", "ipc", "uts", "mount", "cgroup"] | map({type: .})),
      maskedPaths: ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]}}' --args "$@" >"$folder/$name/config.json"
}

declare -A command=([brig]="$brig oci" [crun]=crun [runc]=runc)
names=(brig crun runc)

table() { # FILE TITLE: medians and ratios of a hyperfine result whose commands are named
  jq -r --arg title "$2" '(.results | map({(.command): .median}) | add) as $m
    | "\n\($title)", (.results[] | "  \(.command)\t\(.median * 100000 | round / 100) ms\t\(.median / $m.crun * 100 | round / 100) x crun\t(± \(.stddev * 100000 | round / 100))")' "$1"
}

compare() { # TITLE, then one command with RUNTIME and NAME in it
  local arguments=() name
  for name in "${names[@]}"; do
    arguments+=(-n "$name" "$(sed "s|RUNTIME|${command[$name]} --root $folder/state-$name|g; s|NAME|$name|g" <<<"$2")")
  done
  hyperfine --style none --warmup 5 --runs "${RUNS:-60}" --shell "${3:-none}" --export-json "$folder/result.json" "${arguments[@]}" >/dev/null 2>"$folder/hyperfine.log" || { cat "$folder/hyperfine.log" >&2; exit 1; }
  table "$folder/result.json" "$1"
}

for name in "${names[@]}"; do configuration "$name" /bin/busybox true; done
compare "run" "RUNTIME run --bundle $folder/NAME x"

cat >"$folder/cycle.sh" <<'SH'
"$@" create --bundle "$BUNDLE" x </dev/null >/dev/null 2>&1 || exit 1
"$@" start x || exit 1
while ! "$@" delete x 2>/dev/null; do :; done
SH
for name in "${names[@]}"; do
  printf '#!/bin/sh\nBUNDLE=%s\nset -- %s --root %s\n. %s\n' "$folder/$name" "${command[$name]}" "$folder/state-$name" "$folder/cycle.sh" >"$folder/cycle-$name"
  chmod +x "$folder/cycle-$name"
done
compare "create + start + delete (delete is asked for until the program has ended)" "$folder/cycle-NAME"

printf '\n100 containers at once (run --detach), until all have started\n'
for name in "${names[@]}"; do
  for number in $(seq 100); do configuration "$name-$number" /bin/busybox sleep 1000; done
  read -r -a words <<<"${command[$name]} --root $folder/many-$name"
  begin=$EPOCHREALTIME
  for number in $(seq 100); do "${words[@]}" run --detach --bundle "$folder/$name-$number" "c$number" </dev/null >/dev/null 2>>"$folder/many.log" & done
  wait
  end=$EPOCHREALTIME
  started=$("${words[@]}" list -q | wc -l)
  others=$(grep -alz -- "[m]any-$name" /proc/[0-9]*/cmdline 2>/dev/null | wc -l || true) # the bracket: not this search itself
  awk -v name="$name" -v a="$begin" -v b="$end" -v n="$started" -v o="$others" 'BEGIN { printf "  %s\t%.0f ms\t%d running, %d processes of the runtime left beside them\n", name, (b - a) * 1000, n, o }'
  for number in $(seq 100); do "${words[@]}" delete --force "c$number"; done
done
[ ! -s "$folder/many.log" ] || sort "$folder/many.log" | uniq -c | sort -rn | head -n 5 >&2

printf '\nresident memory while a container waits between create and start (RSS, then PSS, in kB)\n'
for name in "${names[@]}"; do
  read -r -a words <<<"${command[$name]} --root $folder/state-$name"
  "${words[@]}" create --bundle "$folder/$name" --pid-file "$folder/pid" x </dev/null >/dev/null 2>&1
  awk -v name="$name" '/^Rss/ { r = $2 } /^Pss:/ { p = $2 } END { printf "  %s\t%d\t%d\n", name, r, p }' "/proc/$(cat "$folder/pid")/smaps_rollup"
  "${words[@]}" delete --force x
done
