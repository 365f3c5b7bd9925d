#!/usr/bin/env bash
# The main job in Chromium, against a host of its own (or the one at BASE_URL). Ends with `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund --loglevel=error
exec node e2e/run.mjs "$@"
