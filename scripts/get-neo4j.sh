#!/usr/bin/env bash
# Makes a real Neo4j for the tests: its test harness from Maven Central (135 MB) with the few lines of
# test/support/neo4j, once per user, outside of the checkout. Prints the folder with lib/ and classes/.
# Needs a JDK of version 17 or later and Maven; without them it says so and ends with 69.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
version=5.26.12
source="$here/test/support/neo4j"
key=$(cat "$source/pom.xml" "$source/TestNeo4j.java" | cksum | cut -d' ' -f1)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/flow-state/neo4j-$version-$key"

if [ ! -d "$folder" ]; then
  for tool in java javac mvn; do
    if ! command -v "$tool" >/dev/null; then
      echo "Neo4j for the tests needs a JDK (17 or later) and Maven: there is no $tool on PATH." >&2
      exit 69
    fi
  done
  echo 'Fetching Neo4j for the tests, once per user (135 MB) …' >&2
  mkdir -p "$(dirname "$folder")"
  new=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  mvn --batch-mode --quiet --file "$source/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$new/lib" >&2
  javac -cp "$new/lib/*" -d "$new/classes" "$source/TestNeo4j.java"
  [ -d "$folder" ] || mv "$new" "$folder" # unless another one was faster
fi
echo "$folder"
