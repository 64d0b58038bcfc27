#!/usr/bin/env bash
# Builds the cases of the corpus with brig and with buildah and compares their files: type, mode, owner, size, content, link target. Cases
# that buildah's version does not know, or that are about errors and findings, are counted apart. As root; by hand: it takes minutes.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
brig=${BRIG_BINARY:-$here/../../../artifacts/brig}
work=$(mktemp -d /var/tmp/brig-compare.XXXXXX)
# The bridge goes a moment after the last step that used it, and what knows of it lies in the folder.
trap 'sleep 3; rm -rf "$work"' EXIT
b() { "$brig" --root "$work/brig" --run-root "$work/brig-run" "$@"; }
u() { buildah --root "$work/buildah" --runroot "$work/buildah-run" --storage-driver "${BUILDAH_DRIVER:-vfs}" "$@"; }
mkdir -p "$work/base"/{bin,etc,tmp,root,var,usr}; chmod 1777 "$work/base/tmp"; cp "$(command -v busybox)" "$work/base/bin/busybox"
for a in $(busybox --list | grep -v '^busybox$'); do ln -s busybox "$work/base/bin/$a"; done
printf 'root:x:0:0:root:/root:/bin/sh\napp:x:100:200:app:/:/bin/sh\n' >"$work/base/etc/passwd"; printf 'root:x:0:\napp:x:200:\nstaff:x:50:\n' >"$work/base/etc/group"
mkdir "$work/bc"; tar -C "$work/base" --owner=0 --group=0 -cf "$work/bc/base.tar" .; printf 'FROM scratch\nADD base.tar /\n' >"$work/bc/Dockerfile"
b import "$work/bc/base.tar" localhost/base:latest >/dev/null || exit 1
u bud -q --isolation chroot -t localhost/base:latest "$work/bc" >/dev/null || { echo "buildah does not run here"; exit 1; }
files() { (cd "$1" && find . -mindepth 1 ! -path './proc*' ! -path './sys*' ! -path './dev*' ! -path './run*' ! -path ./etc/hosts ! -path ./etc/resolv.conf ! -path ./etc/hostname \( -type f -printf '%P f %m %U:%G ' -exec sh -c 'sha256sum < "$1" | cut -c1-16' _ {} \; -o -type l -printf '%P l %U:%G %l\n' -o -printf '%P %y %m %U:%G\n' \) | sort); }
unpack() { # CASE FOLDER
  awk -v out="$2" '/^--- /{ if (f) close(f); name = substr($0, 5); f = ""; if (name == "expect") exit; if (name ~ / -> | = /) { print name > (out ".special"); next } n = name; mode = ""; if (name ~ / [0-7][0-7][0-7]$/) { mode = substr(name, length(name) - 2); n = substr(name, 1, length(name) - 4) } f = out "/" n; d = f; sub(/\/[^\/]*$/, "", d); system("mkdir -p \"" d "\""); printf "" > f; if (mode != "") print n "\t" mode > (out ".modes"); next } f { print > f }' "$1"
  chmod -R u=rwX,go=rX "$2"
  [ -f "$2.special" ] && while read -r line; do
    case $line in
      *" -> "*) n=${line%% -> *}; mkdir -p "$2/$(dirname "$n")"; ln -s "${line##* -> }" "$2/$n" ;;
      *) d=$(mktemp -d); echo packed >"$d/in"; case ${line##* = } in tgz) z=-z ;; tbz) z=-j ;; txz) z=-J ;; tzst) z=--zstd ;; *) z= ;; esac; tar -C "$d" --owner=7 --group=8 --mode=644 $z -cf "$2/${line%% = *}" in; rm -r "$d" ;;
    esac
  done <"$2.special"
  [ -f "$2.modes" ] && while IFS=$'\t' read -r n m; do chmod "$m" "$2/$n"; done <"$2.modes"
  sed -i 's/^\(FROM\|from\) base\b/\1 localhost\/base/; s/from=base /from=localhost\/base /' "$2/Dockerfile"
}
same=0 different=0 unknown=0 apart=0
for case in "$here"/Corpus/*.case; do
  name=$(basename "$case" .case)
  if grep -q '^e \|^o \|^O ' "$case" || grep -q '^\$ .*secret.*env\|^\$ --check' "$case"; then apart=$((apart + 1)); continue; fi
  c=$work/c/$name; mkdir -p "$c"; unpack "$case" "$c"
  read -r -a args < <(sed -n 's/^\$ //p' "$case" | sed "s|CONTEXT|$c|g; s|docker-image://base|docker-image://localhost/base|") || true
  mine=(); for a in "${args[@]}"; do mine+=("$a"); done
  if ! b build -q --output "type=local,dest=$work/o/$name" --output "type=tar,dest=$work/o.tar" "${mine[@]}" "$c" >/dev/null 2>"$work/err"; then echo "$name: brig: $(tail -1 "$work/err")"; different=$((different + 1)); continue; fi
  rm -rf "$work/brig-tree"; mkdir "$work/brig-tree"; tar -C "$work/brig-tree" --numeric-owner -xpf "$work/o.tar"
  theirs=(); skip=; for a in "${args[@]}"; do [ "$a" = --allow ] && { skip=1; continue; }; [ -n "$skip" ] && { skip=; continue; }; theirs+=("$a"); done
  if ! u bud -q --isolation chroot --layers=false "${theirs[@]}" -t localhost/case "$c" >/dev/null 2>"$work/err"; then unknown=$((unknown + 1)); echo "$name: buildah does not know it: $(grep -v '^$' "$work/err" | tail -1 | cut -c1-120)"; continue; fi
  container=$(u from localhost/case); place=$(u mount "$container")
  if diff <(files "$work/brig-tree") <(files "$place") >"$work/diff"; then same=$((same + 1)); else different=$((different + 1)); echo "$name: differs"; sed 's/^/    /' "$work/diff" | head -6; fi
  u rm "$container" >/dev/null; u rmi localhost/case >/dev/null 2>&1
done
echo "same $same, different $different, not known to buildah $unknown, about words and errors $apart"
