#!/usr/bin/env bash
# Builds, lints, and runs every test, against a real Temporal server and a real graph. Arguments go to `node --test`;
# FILES narrows what runs: FILES='dist/test/config/*.test.js' npm test
set -euo pipefail
cd "$(dirname "$0")/.."

node scripts/ensure-built.js
npm run --silent lint
node dist/src/temporal/dev-server/get-binary.js # once, aloud, as `npm start` does: tests run side by side and in silence
scripts/get-neo4j.sh >/dev/null || true # the same; where there is no Java the tests of Neo4j say so
# What the cluster is made of takes minutes once, so a person's machine is asked for it by `npm run test:cluster` alone.
if [ -n "${CI:-}" ] && [ "$CI" != false ]; then node dist/test/cluster/get-programs.js; fi

results=$(mktemp)
trap 'rm -f "$results"' EXIT
mapfile -t files < <(find dist/test -name '*.test.js' | sort)
if [ -n "${FILES:-}" ]; then
  # shellcheck disable=SC2206 — the words are meant to be split and expanded
  files=($FILES)
fi

# Two at a time: many tests start servers of their own.
node --test --test-concurrency=2 --test-timeout=600000 \
  --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$results" "$@" "${files[@]}"

# What cannot run here is skipped with its reason; where a machine decides, that is a failure.
if [ -n "${CI:-}" ] && [ "$CI" != false ] && grep -E '# (SKIP|TODO)' "$results"; then
  echo 'CI is set, and tests were skipped: see above.' >&2
  exit 1
fi
