#!/bin/bash
# report.sh REPORT.xml...: the conformance project's results (made with -result-xml) as the table of docs/conformance.md: a line for each
# clause and case, and under each runtime how many of its rows passed. The numbers in brackets are the differences that
# Support/KnownDifferences.cs names, which are listed below the table; such rows are not run.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
{
  # Constants first: an entry names its reason by them or writes it out.
  tr '\n' ' ' <"$here/Support/KnownDifferences.cs" | sed 's/\\"/'"'"'/g; s/private const string/\n&/g; s/new("/\n&/g; s/private static readonly HashSet/\n&/'
  echo
  echo "=results="
  cat "$@" | sed 's/<test /\n&/g'
} | awk '
  function quoted(text, number,   parts) { return split(text, parts, "\"") > number * 2 - 1 ? parts[number * 2] : "" }
  /^=results=/ { reports = 1; next }
  !reports && /^private const string/ { constants[$4] = quoted($0, 1); next }
  !reports && /^new\("/ {
    count = split($0, words, "\"")
    split(words[3], between, ",")
    name = between[2]; gsub(/[ \t]/, "", name)
    if (name in constants) { reason = constants[name]; first = 4 } else { reason = words[4]; first = 6 }
    if (!(reason in numbers)) { numbers[reason] = ++notes; reasons[notes] = reason }
    pairs = split(words[2], runtimes, " ")
    for (i = first; i <= count; i += 2) {
      method = words[i]; sub(/\(.*/, "", method)
      for (j = 1; j <= pairs; j++) {
        key = runtimes[j] SUBSEP method; mark = "[" numbers[reason] "]"
        if (index(differs[key], mark) == 0) differs[key] = differs[key] mark
      }
    }
    next
  }
  reports && /^<test / {
    match($0, / type="[^"]*"/); type = substr($0, RSTART + 7, RLENGTH - 8); sub(/.*\./, "", type)
    match($0, / method="[^"]*"/); method = type "." substr($0, RSTART + 9, RLENGTH - 10)
    if (!match($0, /name="clause" value="[^"]*"/)) next
    clause = substr($0, RSTART + 21, RLENGTH - 22)
    if (!match($0, /runtime: [^a-z]*quot;[a-z]+/)) next
    runtime = substr($0, RSTART, RLENGTH); sub(/.*quot;/, "", runtime)
    line = clause SUBSEP method
    if (!(line in seen)) { seen[line] = 1; lines[++total] = line }
    all[line, runtime]++
    if ($0 ~ / result="Pass"/) good[line, runtime]++
    rows[runtime]++
    if ($0 ~ / result="Pass"/) passed[runtime]++
  }
  function cell(line, method, runtime,   text) {
    text = all[line, runtime] ? (good[line, runtime] + 0) "/" all[line, runtime] : ""
    if (differs[runtime, method] != "") text = text (text == "" ? "" : " ") differs[runtime, method]
    return text == "" ? "-" : text
  }
  END {
    for (i = 2; i <= total; i++) for (j = i; j > 1 && lines[j] < lines[j - 1]; j--) { swap = lines[j]; lines[j] = lines[j - 1]; lines[j - 1] = swap }
    print "| clause | case | brig | crun | runc |\n|---|---|---|---|---|"
    for (i = 1; i <= total; i++) {
      split(lines[i], part, SUBSEP)
      printf "| %s | %s | %s | %s | %s |\n", part[1], part[2], cell(lines[i], part[2], "brig"), cell(lines[i], part[2], "crun"), cell(lines[i], part[2], "runc")
    }
    printf "| all | rows passed | %d/%d | %d/%d | %d/%d |\n\n", passed["brig"], rows["brig"], passed["crun"], rows["crun"], passed["runc"], rows["runc"]
    for (i = 1; i <= notes; i++) printf "%d. %s\n", i, reasons[i]
  }'
