# Sourced by the scripts of bench/: a place of their own on the machine, engines in roots of their own, one table of ratios.
# shellcheck shell=bash
#
#   . "$(dirname "$(readlink -f "$0")")/lib.sh"
#   bench_begin "$@" -- podman docker-registry     # from here on in namespaces of its own, $work is an empty folder
#   compare "what is measured" "$brig run --rm IMAGE true" podman "$podman run --rm IMAGE true"
#   bench_table
#
# Its files lie below TMPDIR (/var/tmp). Choose a disk that is like a server's: ext4 without a journal makes files slowly where many were removed.
# Everything happens in a mount and a network namespace that end with the script: interfaces, rules and mounts of any engine
# go with them. Only lo is up there; a registry on loopback is nobody's but the script's.

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
. scripts/prerequisites.sh

# How often a command is measured in one go, and how many goes there are; the engines take turns, so that other work on the machine meets all alike.
bench_runs=${BENCH_RUNS:-10}
bench_rounds=${BENCH_ROUNDS:-3}
bench_rows=()

# bench_begin [ARGUMENT...] -- PACKAGE...: installs, builds brig where BRIG_BINARY names none, and starts the script again in namespaces.
bench_begin() {
  local arguments=() status=0 folder
  while [ $# -gt 0 ] && [ "$1" != -- ]; do arguments+=("$1"); shift; done
  [ $# = 0 ] || shift
  if [ -z "${BENCH_WORK-}" ]; then
    require_root
    need_packages "${build_packages[@]}" hyperfine jq iproute2 nftables util-linux mmdebstrap "$@"
    if [ -z "${BRIG_BINARY-}" ]; then
      at_exit give_back
      need_dotnet
      publish_brig
      export BRIG_BINARY=$PWD/artifacts/brig
    fi
    folder=$(mktemp -d "${TMPDIR:-/var/tmp}/brig-bench.XXXXXX")
    at_exit "rm -rf --one-file-system '$folder'"
    unset BRIG_ROOT BRIG_RUN_ROOT
    BENCH_WORK=$folder unshare --mount --net --propagation private bash "$0" "${arguments[@]}" || status=$?
    exit "$status"
  fi

  work=$BENCH_WORK
  ip link set lo up
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /dev/shm
  brig="$BRIG_BINARY --root $work/brig --run-root $work/run"
  # What containers there are ends before the namespaces do.
  at_exit "$brig rm -f \$($brig ps -aq) >/dev/null 2>&1"
  at_exit "jobs -p | xargs -r kill 2>/dev/null; wait"
}

# Gives $podman and $buildah: the programs with roots of their own, made fit for machines of mixed cgroups and low limits. False where they are not installed.
bench_podman() {
  command -v podman >/dev/null || return 1
  local runtime=
  # crun does not want controllers in a second, unified tree beside those of version 1. Nobody else sees that it is not there.
  [ ! -e /sys/fs/cgroup/unified/cgroup.controllers ] || umount /sys/fs/cgroup/unified 2>/dev/null || true
  ! command -v crun >/dev/null || runtime='runtime = "crun"'
  cat >"$work/containers.conf" <<CONF
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
$runtime
[network]
network_config_dir = "$work/podman-networks"
CONF
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/podman" "$work/podman-run" >"$work/storage.conf"
  printf '{"default":[{"type":"insecureAcceptAnything"}]}\n' >"$work/policy.json"
  export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
  podman=podman
  # The default ones need the right to raise limits.
  podman_limits="--ulimit nofile=1024:$(ulimit -Hn) --ulimit nproc=1024:1024"
  buildah=
  ! command -v buildah >/dev/null || buildah=buildah
  at_exit "podman rm -fa >/dev/null 2>&1; podman rmi -fa >/dev/null 2>&1"
}

# A Debian as a tar, made once for the machine: the tests' one where it is there.
bench_debian() {
  local cache=/tmp/brig-test-cache
  mkdir -p "$cache"
  (
    flock 9
    [ -f "$cache/debian.tar" ] || { debian_tree >"$cache/debian.tar.$$" && mv "$cache/debian.tar.$$" "$cache/debian.tar"; }
  ) 9>"$cache/debian.lock" || fail "no Debian tree could be made with mmdebstrap"
  printf '%s' "$cache/debian.tar"
}

# Starts Debian's registry with its content below $work; $registry is its address.
bench_registry() {
  local attempt
  registry=127.0.0.1:5000
  cat >"$work/registry.yml" <<YML
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: $work/registry }, delete: { enabled: true } }
http: { addr: $registry }
YML
  docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
  for attempt in {1..240}; do
    if curl -fs -o /dev/null "http://$registry/v2/"; then return; fi
    sleep 0.25
  done
  fail "the registry did not answer within a minute: $(tail -n 1 "$work/registry.log")"
}

# Writes a tar with one file of so many MiB to standard output: half of it random, half of it text.
bench_layer() {
  local folder
  folder=$(mktemp -d "$work/layer.XXXXXX")
  mkdir "$folder/srv"
  head -c "$(($1 / 2))M" /dev/urandom >"$folder/srv/random-$1-$RANDOM"
  head -c "$(($1 - $1 / 2))M" < <(while :; do find /usr/share /usr/lib -type f -printf '%p %s %t\n' 2>/dev/null; done) >"$folder/srv/text-$1-$RANDOM"
  tar -C "$folder" -c srv
  rm -rf "$folder"
}

# compare TITLE BRIG-COMMAND [OTHER NAME, ITS COMMAND]...: measures in turns and remembers a row of the table for each other one.
# BENCH_PREPARE_BRIG and BENCH_PREPARE_OTHER are run before each single run, unmeasured.
compare() {
  local title=$1 brig_command=$2 round folder i=0 prepare=()
  shift 2
  folder=$(mktemp -d "$work/times.XXXXXX")
  local commands=("$brig_command") names=(brig)
  while [ $# -gt 0 ]; do names+=("$1"); commands+=("$2"); shift 2; done
  say "… $title" >&2
  for ((round = 0; round < bench_rounds; round++)); do
    for i in "${!commands[@]}"; do
      prepare=()
      if [ "$i" = 0 ]; then [ -z "${BENCH_PREPARE_BRIG-}" ] || prepare=(--prepare "$BENCH_PREPARE_BRIG")
      else [ -z "${BENCH_PREPARE_OTHER-}" ] || prepare=(--prepare "$BENCH_PREPARE_OTHER"); fi
      hyperfine -N --style none --warmup 1 --runs "$bench_runs" "${prepare[@]}" --export-json "$folder/$i-$round.json" "${commands[i]}" >"$folder/log" 2>&1 ||
        { cat "$folder/log" >&2; fail "$title: ${commands[i]}"; }
    done
  done
  local ours theirs
  ours=$(median "$folder"/0-*.json)
  [ ${#commands[@]} -gt 1 ] || bench_rows+=("$title"$'\t'"$ours"$'\t-\t-\t-')
  for ((i = 1; i < ${#commands[@]}; i++)); do
    theirs=$(median "$folder/$i"-*.json)
    bench_rows+=("$title"$'\t'"$ours"$'\t'"${names[i]}"$'\t'"$theirs"$'\t'"$(awk -v a="$theirs" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')")
  done
}

# The median of all single times, in milliseconds.
median() { jq -s '[.[].results[0].times[]] | sort | .[length / 2 | floor] * 1000' "$@" | awk '{ printf "%.1f", $1 }'; }

# Prints what was measured, as a table that Markdown shows too.
bench_table() {
  local row title ours name theirs ratio
  printf '\n%s, %s CPUs, Linux %s; medians of %s runs in milliseconds, the engines in turns; load %s\n\n' \
    "$($brig --version)" "$(nproc)" "$(uname -r)" "$((bench_runs * bench_rounds))" "$(cut -d' ' -f1 /proc/loadavg)"
  printf '| %-52s | %9s | %-14s | %9s | %12s |\n' "what" "brig" "beside" "its" "times faster"
  printf '|%s|%s:|%s|%s:|%s:|\n' "$(printf -- '-%.0s' {1..54})" ---------- ---------------- ---------- -------------
  for row in "${bench_rows[@]}"; do
    IFS=$'\t' read -r title ours name theirs ratio <<<"$row"
    printf '| %-52s | %9s | %-14s | %9s | %12s |\n' "$title" "$ours" "$name" "$theirs" "$ratio"
  done
}
