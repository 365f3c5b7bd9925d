#!/usr/bin/env bash
# Runs every test: C#, web, and end to end in Chromium. Installs what it needs where it may (Debian, root), otherwise
# says exactly what to install. The last line is `N passed, N failed, N skipped`, summed over all suites.
#   tests/run.sh            everything
#   tests/run.sh SUITE…     only the named suites: project names below tests/, `web`, `e2e`, `format`
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NO_COLOR=1
logs="$root/.build/test-logs"; mkdir -p "$logs"
passed=0 failed=0 skipped=0 broken=()
wanted=("$@")
wants() { [ ${#wanted[@]} -eq 0 ] && return 0; for w in "${wanted[@]}"; do [ "$w" = "$1" ] && return 0; done; return 1; }
say() { printf '\n== %s\n' "$*"; }

# What the tests talk to. Only the first two are needed to build; a test whose tool is absent is skipped with its reason.
command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: put dotnet on PATH."; exit 2; }
command -v npm >/dev/null || { echo "Node.js 20 or later with npm is needed: put node and npm on PATH."; exit 2; }
packages=()
need() { command -v "$1" >/dev/null || packages+=("$2"); }
need chromium chromium; need dcmdump dcmtk; need dciodvfy dicom3tools; need gdcmconv libgdcm-tools; need strace strace; need java default-jre-headless
[ -e /usr/share/java/pixelmed.jar ] || packages+=(libpixelmed-java)
[ -e /usr/lib/x86_64-linux-gnu/libopenjp2.so.7 ] || ldconfig -p 2>/dev/null | grep -q libopenjp2 || packages+=(libopenjp2-7)
/usr/bin/python3 -c 'import pydicom, numpy' 2>/dev/null || packages+=(python3-pydicom python3-numpy)
if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing ${packages[*]}"
    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}") >"$logs/apt.log" 2>&1 \
      || { tail -n 5 "$logs/apt.log"; echo "Installing failed; tests that need these are skipped: ${packages[*]}"; }
  else
    echo "For every test to run, install: apt-get install ${packages[*]}"
  fi
fi

# xunit.v3 in-process runner: `  NAME  Total: 12, Errors: 0, Failed: 0, Skipped: 1, Not Run: 0, Time: 0.3s`
count_xunit() {
  local line; line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+' "$1" | tail -n 1 | sed 's/\x1b\[[0-9;]*m//g')
  [ -n "$line" ] || return 1
  local t e f s n
  t=$(sed -E 's/.*Total: ([0-9]+).*/\1/' <<<"$line"); e=$(sed -E 's/.*Errors: ([0-9]+).*/\1/' <<<"$line")
  f=$(sed -E 's/.*Failed: ([0-9]+).*/\1/' <<<"$line"); s=$(sed -E 's/.*Skipped: ([0-9]+).*/\1/' <<<"$line"); n=$(sed -E 's/.*Not Run: ([0-9]+).*/\1/' <<<"$line")
  passed=$((passed + t - f - s - n)); failed=$((failed + f + e)); skipped=$((skipped + s))
}

# `N passed, N failed[, N skipped]`
count_plain() {
  local line; line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$1" | tail -n 1)
  [ -n "$line" ] || return 1
  passed=$((passed + $(sed -E 's/^([0-9]+) passed.*/\1/' <<<"$line"))); failed=$((failed + $(sed -E 's/.* ([0-9]+) failed.*/\1/' <<<"$line")))
  case "$line" in *skipped*) skipped=$((skipped + $(sed -E 's/.* ([0-9]+) skipped.*/\1/' <<<"$line"))) ;; esac
}

# suite NAME COUNTER COMMAND…: a suite that ends badly without a counted failure counts as one failure.
suite() {
  local name=$1 counter=$2; shift 2
  wants "$name" || return 0
  say "$name"
  local before=$failed rc=0
  "$@" >"$logs/$name.log" 2>&1 || rc=$?
  "$counter" "$logs/$name.log" || rc=$((rc == 0 ? 1 : rc))
  grep -aE 'Total: [0-9]+, Errors|^[0-9]+ passed' "$logs/$name.log" | tail -n 1
  if [ $rc -ne 0 ]; then
    [ $failed -gt $before ] || failed=$((failed + 1))
    broken+=("$name"); tail -n 60 "$logs/$name.log"
  fi
}

say "Building"
if ! dotnet build QureHost.sln -c Release -v minimal >"$logs/build.log" 2>&1; then
  grep -E 'error|warning' "$logs/build.log" | sort -u | head -n 40; tail -n 5 "$logs/build.log"
  echo "0 passed, 1 failed"; exit 1
fi

check_format() { dotnet format whitespace QureHost.sln --no-restore --verify-no-changes && echo "1 passed, 0 failed"; }
suite format count_plain check_format
for project in tests/*.Tests; do
  name=$(basename "$project")
  suite "$name" count_xunit dotnet "$project/bin/Release/net10.0/$name.dll"
done
web_tests() { (cd web && npm run --silent lint && npm test --silent); }
suite web count_plain web_tests
suite e2e count_plain web/e2e/run.sh

[ ${#broken[@]} -eq 0 ] || printf '\nFailing suites: %s (logs in .build/test-logs)\n' "${broken[*]}"
printf '\n'
if [ $skipped -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ $failed -eq 0 ] && [ $passed -gt 0 ]
