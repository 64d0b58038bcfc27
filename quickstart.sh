#!/usr/bin/env bash
# Builds and installs Brig, then shows it at work: an image is built, run, visited and taken away again.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. scripts/prerequisites.sh
. scripts/traces.sh

root=${BRIG_ROOT:-/var/lib/brig}
container=brig-quickstart
step=0

headline() {
  step=$((step + 1))
  if [ -t 1 ]; then printf '\n\033[1m%d. %s\033[0m\n' "$step" "$*"; else printf '\n%d. %s\n' "$step" "$*"; fi
}
shown() { printf '$'; printf ' %s' "$@"; printf '\n'; "$@"; }

free_port() {
  local port
  for port in {8000..8099}; do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s' "$port"; return; }
  done
  fail "no free port between 8000 and 8099"
}

# Starts the application and fetches its page as soon as it answers.
visit_new_container() {
  local attempt
  shown brig run -d --name "$container" -p "$port:8000" python-app
  for attempt in {1..60}; do
    if page=$(curl -fsS -m 5 "http://127.0.0.1:$port/" 2>/dev/null); then return; fi
    sleep 0.25
  done
  brig logs "$container" >&2 || true
  fail "http://127.0.0.1:$port/ did not answer within 15 seconds"
}

layers_of() { brig image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | grep .; }
visitor() { sed -n 's/.*visitor number \([0-9]*\).*/\1/p' <<<"$page"; }

require_root

headline "What Brig is built with"
need_packages "${build_packages[@]}" mmdebstrap nftables
need_dotnet

headline "Build and install brig"
at_exit give_back
publish_brig
install -m 755 artifacts/brig /usr/local/bin/brig.new
mv -f /usr/local/bin/brig.new /usr/local/bin/brig
hash -r
say "Installed: $(command -v brig)"

if brig inspect "$container" >/dev/null 2>&1; then brig rm -f "$container" >/dev/null; fi
before=$(traces)
at_exit "brig rm -f $container >/dev/null 2>&1"

headline "A Debian base image"
if brig image inspect debian >/dev/null 2>&1; then
  say "debian:latest is here already"
elif [[ $(curl -s -m 5 -o /dev/null -w '%{http_code}' https://registry-1.docker.io/v2/) =~ ^(200|401)$ ]] && shown brig pull debian; then
  :
else
  say "The default registry cannot be used from here: making the image from the distribution's mirror (about a minute)"
  debian_tree | brig import - debian:latest
fi

headline "Build examples/python-app"
shown brig build -t python-app examples/python-app
say
say "And once more, unchanged:"
shown brig build -t python-app examples/python-app

headline "Run it, with a published port"
port=$(free_port)
visit_new_container
printf '$ curl http://127.0.0.1:%s/\n%s\n' "$port" "$page"
[ "$(visitor)" = 1 ] || fail "the first visitor was counted as number $(visitor)"
address=$(hostname -I 2>/dev/null | awk '{ print $1 }')
if [[ $address == *.* ]]; then
  page=$(curl -fsS -m 5 "http://$address:$port/")
  printf '$ curl http://%s:%s/\n%s\n' "$address" "$port" "$page"
  [ "$(visitor)" = 2 ] || fail "the second visitor was counted as number $(visitor)"
fi

headline "What there is"
shown brig ps
say
shown brig images
say
shown brig history python-app

headline "Stop and remove the container"
id=$(brig inspect --format '{{.Id}}' "$container")
shown brig stop "$container"
shown brig rm "$container"
[ ! -e "$root/containers/$id" ] || fail "$root/containers/$id is still there"
say "Its directory, $root/containers/${id:0:12}…, is gone with all that it wrote."
say "A second container of the same image starts from the image alone:"
visit_new_container
say "$page" | grep visitor
[ "$(visitor)" = 1 ] || fail "what the first container wrote is still there"
brig rm -f "$container" >/dev/null

headline "One base layer for both images"
mapfile -t base < <(layers_of debian)
mapfile -t application < <(layers_of python-app)
[ "${base[*]}" = "${application[*]:0:${#base[@]}}" ] || fail "python-app does not stand on debian's layers"
for layer in "${application[@]}"; do
  directories=("$root"/layers/*"${layer#sha256:}"*)
  [ -d "${directories[0]}" ] && [ ${#directories[@]} = 1 ] || fail "layer $layer is not stored exactly once: ${directories[*]}"
  owner="python-app"
  [[ " ${base[*]} " != *" $layer "* ]] || owner="debian, python-app"
  printf '%-8s %s  %s\n' "$(du -sh "${directories[0]}" | cut -f1)" "${layer:0:19}" "$owner"
done
say "$(du -sh "$root/layers" | cut -f1) in $root/layers for all images together."

headline "Nothing is left behind"
left=$(left_behind "$before")
[ -z "$left" ] || fail "left behind:"$'\n'"$left"
say "No container, mount, interface, firewall rule, cgroup or process that was not there before. The images stay: brig images."
