#!/usr/bin/env bash
# Kills commands about images at so many random moments (200 where none are said) and looks at the store after each.
# Needs the published binary (BRIG_BINARY, else artifacts/brig) and the built tests.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
export BRIG_KILL_ROUNDS=${1:-200} BRIG_BINARY=${BRIG_BINARY:-$PWD/artifacts/brig}
exec tests/Brig.EndToEnd/bin/Release/net10.0/Brig.EndToEnd -noColor -noLogo -class Brig.EndToEnd.Images.KillTests
