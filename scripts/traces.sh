# Sourced by quickstart.sh and test.sh: what a container engine could leave on a machine, and who left it.
# shellcheck shell=bash

# One line for each mount, interface, firewall table, cgroup and process that is, or could be, a container's.
traces() {
  local process line
  awk '{ for (i = 7; i <= NF; i++) if ($i == "-") kind = $(i + 1); if (kind == "overlay" || $5 ~ /brig/) print "mount " $5 }' /proc/self/mountinfo
  for line in /sys/class/net/*; do printf 'interface %s\n' "${line##*/}"; done
  nft list tables 2>/dev/null | awk '$3 ~ /^brig/ { print "firewall " $0 }'
  find /sys/fs/cgroup -type d -path '*brig*' -printf 'cgroup %p\n' 2>/dev/null || true
  for process in /proc/[0-9]*; do
    line=$(tr '\0' ' ' 2>/dev/null <"$process/cmdline") || continue
    case $line in
      "brig monitor "* | */"brig monitor "*) printf 'process %s %s\n' "${process##*/}" "${line% }" ;;
    esac
  done
}

# Prints what is there now, was not in the list given, and stays: another engine may be at work on the machine, and a bridge in use by
# nobody goes away after about a second. So this waits for up to ten.
left_behind() {
  local before=$1 left now attempt
  left=$(comm -13 <(sort -u <<<"$before") <(traces | sort -u))
  for attempt in {1..20}; do
    [ -n "$left" ] || return 0
    sleep 0.5
    now=$(traces | sort -u)
    left=$(comm -12 <(sort -u <<<"$left") - <<<"$now")
  done
  printf '%s\n' "$left"
}
