# Sourced by quickstart.sh, test.sh and bench/run.sh: what all of them need from the machine, and how brig is built.
# shellcheck shell=bash

export DEBIAN_FRONTEND=noninteractive DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
# The SDK asks for ICU otherwise; nothing here depends on a culture.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

build_packages=(gcc libc6-dev zlib1g-dev libsqlite3-dev ca-certificates curl)
undo=()

say() { printf '%s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Undo steps run in reverse at the end of the script, however it ends.
at_exit() { undo+=("$1"); }
run_undo() {
  local status=$? index
  set +e
  for ((index = ${#undo[@]} - 1; index >= 0; index--)); do eval "${undo[index]}"; done
  exit "$status"
}
trap run_undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

require_root() {
  [ "$(id -u)" = 0 ] || fail "this needs root: sudo ./${0##*/}"
  command -v apt-get >/dev/null || fail "this script installs Debian packages and there is no apt-get here; README.md lists what Brig needs"
}

# Whoever called sudo keeps the right to build in the checkout.
give_back() {
  local owner
  owner=$(stat -c %u:%g .)
  [ "$owner" = 0:0 ] || find . -path ./.git -prune -o -uid 0 -exec chown -h "$owner" {} +
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs the packages that are missing, without starting the services that some of them bring.
need_packages() {
  local package missing=() policy=/usr/sbin/policy-rc.d
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || { say "All packages are there: $*"; return; }
  say "Installing: ${missing[*]}"
  apt-get update -qq || say "apt-get update had errors; going on with what it got"
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    at_exit "rm -f $policy"
  fi
  apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
}

has_sdk() { command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.'; }

need_dotnet() {
  local installer=https://builds.dotnet.microsoft.com/dotnet/scripts/v1/dotnet-install.sh script
  if ! has_sdk; then
    if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
      need_packages dotnet-sdk-10.0
    else
      say "Installing the .NET 10 SDK into /usr/share/dotnet"
      script=$(mktemp)
      if curl -fsSL -m 60 -o "$script" "$installer" && bash "$script" --channel 10.0 --install-dir /usr/share/dotnet --no-path >/dev/null; then
        [ -e /usr/local/bin/dotnet ] || ln -s /usr/share/dotnet/dotnet /usr/local/bin/dotnet
        hash -r
      fi
      rm -f "$script"
    fi
  fi
  has_sdk || fail "no .NET 10 SDK: apt has no dotnet-sdk-10.0 and $installer could not be used; install it by hand (https://dotnet.microsoft.com/download/dotnet/10.0), then run this again"
  say ".NET SDK $(dotnet --version)"
}

# Leaves the binary at artifacts/brig.
publish_brig() {
  local log
  log=$(mktemp)
  if ! dotnet publish src/Brig.Cli -c Release -o artifacts -v q --nologo -p:DebugType=none >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "brig could not be built"
  fi
  rm -f "$log"
  say "artifacts/brig: $(du -h --apparent-size artifacts/brig | cut -f1), $(artifacts/brig --version)"
}

# Writes a tar of a small Debian to standard output, from the mirror that this machine itself is configured for.
# Arguments are mmdebstrap's: further packages with --include=.
debian_tree() {
  local suite sources options=("$@") line
  sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) main' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | sort -u)
  suite=$(apt-get indextargets --format '$(CODENAME)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | grep -v -e - | head -n 1 || true)
  # A proxy, or a mirror that is frozen in time, is as true inside as outside. The container must be able to reach what it is told.
  while IFS= read -r line; do options+=("--aptopt=$line"); done < <(apt-config dump | grep -E '^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy) "[^"]' | sed 's/;$//')
  if [ -n "$suite" ]; then
    mmdebstrap --quiet --variant=minbase "${options[@]}" "$suite" - - <<<"$sources"
  else
    mmdebstrap --quiet --variant=minbase "${options[@]}" trixie -
  fi
}
