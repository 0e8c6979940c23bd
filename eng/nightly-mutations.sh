#!/usr/bin/env bash
# Gives every parser N damaged files (default a million) and prints a line each: bash eng/nightly-mutations.sh [N]
# Every file follows from its number, which a failing test names.
set -euo pipefail
cd "$(dirname "$0")/.."
export FATHOM_MUTATIONS=${1:-1000000}
export FATHOM_MUTATION_LOG=${FATHOM_MUTATION_LOG:-$(mktemp)}
failed=0
for project in Formats Models Tokenizers; do
  dotnet build "tests/Fathom.$project.Tests" -c Release -v quiet -nologo
  dotnet test "tests/Fathom.$project.Tests" -c Release --no-build --nologo --filter 'FullyQualifiedName~Mutat|FullyQualifiedName~Damaged' || failed=1
done
cat "$FATHOM_MUTATION_LOG"
exit $failed
