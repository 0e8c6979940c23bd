#!/usr/bin/env bash
# Builds everything and runs every test; the last line is "N passed, N failed, N skipped". Needs the .NET 10 SDK only.
set -u
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

dotnet build Fathom.slnx -c Release -v minimal || { echo "0 passed, 1 failed"; exit 1; }
dotnet test Fathom.slnx -c Release --no-build --logger trx --results-directory "$results" "$@"
status=$?

count() { # attribute: sums it over the result files
    cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}
passed=$(count passed)
failed=$(count failed)
skipped=$(($(count total) - $(count executed)))
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
