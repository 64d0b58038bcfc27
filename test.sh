#!/usr/bin/env bash
# Builds brig and runs every test. The last line is always "N passed, N failed, N skipped"; a skipped test is a failure too.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. scripts/prerequisites.sh
. scripts/traces.sh

passed=0 failed=0 skipped=0
results=$PWD/artifacts/tests
cache=/tmp/brig-test-cache
export BRIG_BINARY=$PWD/artifacts/brig
# The comparison with crun and runc is for those who write cases: BRIG_RUNTIMES says which runtimes the conformance project drives.
export BRIG_RUNTIMES="${BRIG_RUNTIMES-brig=$BRIG_BINARY oci}"
unset BRIG_ROOT BRIG_RUN_ROOT BRIG_GOLDEN

attribute() { grep -o '<assembly [^>]*>' "$2" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'; }

# Runs one test program; what it says goes to the terminal and to a file, what it counts is added up.
run_tests() {
  local name=$1 program=tests/$1/bin/Release/net10.0/$1 report=$results/$1.xml status=0 good=0 bad=0 other=0 start=$SECONDS
  printf '\n== %s\n' "$name"
  rm -f "$report"
  timeout -k 10 600 "$program" -noColor -noLogo -xml "$report" </dev/null 2>&1 | tee "$results/$name.log" || status=$?
  if [ -s "$report" ] && grep -q '<assembly ' "$report"; then
    good=$(attribute passed "$report")
    bad=$(($(attribute failed "$report") + $(attribute errors "$report")))
    other=$(attribute skipped "$report")
  fi
  if [ $((good + bad + other)) = 0 ]; then
    printf '%s gave no result (exit status %s)\n' "$name" "$status"
    bad=1
  elif [ "$status" != 0 ] && [ "$bad" = 0 ]; then
    printf '%s ended with exit status %s\n' "$name" "$status"
    bad=1
  fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + other))
  summary+=("$(printf '%-24s %4d passed %3d failed %3d skipped %4d s' "$name" "$good" "$bad" "$other" "$((SECONDS - start))")")
}

# A Debian tree for the tests that need one, made once for the machine.
make_base() {
  mkdir -p "$cache"
  (
    flock 9
    [ -f "$cache/debian.tar" ] || { debian_tree >"$cache/debian.tar.$$" && mv "$cache/debian.tar.$$" "$cache/debian.tar"; } || { rm -f "$cache/debian.tar.$$"; exit 1; }
  ) 9>"$cache/debian.lock" || fail "no Debian tree could be made with mmdebstrap"
}

# A Debian with PostgreSQL, for the test of a real application pair; without the compiler that it could do without.
make_postgres() {
  local slim='--customize-hook=rm -rf "$1"/usr/lib/*/libLLVM* "$1"/usr/lib/postgresql/*/lib/*llvm* "$1"/usr/lib/postgresql/*/lib/bitcode "$1"/usr/share/locale "$1"/usr/share/doc'
  (
    flock 9
    [ -f "$cache/postgres.tar" ] || { debian_tree --include=postgresql "$slim" >"$cache/postgres.tar.$$" && mv "$cache/postgres.tar.$$" "$cache/postgres.tar"; } || { rm -f "$cache/postgres.tar.$$"; exit 1; }
  ) 9>"$cache/postgres.lock" || fail "no Debian tree with PostgreSQL could be made with mmdebstrap"
}

counted() { printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"; }

# Whatever went wrong before the first test, the last line is the count.
finish() {
  if [ -z "${finished-}" ]; then
    failed=$((failed + 1))
    counted
  fi
}
at_exit finish

require_root
at_exit give_back

say "== What is needed"
need_packages "${build_packages[@]}" mmdebstrap bzip2 git xz-utils nftables iproute2 docker-registry skopeo tar util-linux procps jq zstd strace bind9-dnsutils dnsmasq-base iperf3 iputils-ping attr libcap2-bin crun runc busybox-static umoci openssh-client
need_dotnet
mkdir -p "$results"
need_packages podman docker.io criu # they call the runtime, or it calls them

say "== Build"
publish_brig
dotnet build Brig.slnx -c Release -v q --nologo >"$results/build.log" 2>&1 || { cat "$results/build.log"; fail "the tests could not be built"; }
make_base
make_postgres

before=$(traces)
summary=()
for project in tests/*/*.csproj; do
  run_tests "$(basename "$project" .csproj)"
done

left=$(left_behind "$before")
if [ -n "$left" ]; then
  printf '\nLeft behind by the tests:\n%s\n' "$left"
  failed=$((failed + 1))
fi

printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
[ "$skipped" = 0 ] || say "A skipped test counts as a failure: what it needs belongs into this script."
printf 'Time: %d minutes %d seconds. Reports: %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "${results#"$PWD"/}"
finished=yes
counted
[ "$failed" = 0 ] && [ "$skipped" = 0 ]
