#!/usr/bin/env bash
# Packs Fathom.Tokenizers with what it stands on, installs it into an empty program and runs the code of its README there:
#   bash eng/check-tokenizers-package.sh TOKENIZER
# TOKENIZER is a folder or a .gguf file that has a chat template, as SmolLM2-135M-Instruct.Q4_1.gguf has.
set -euo pipefail
model=$(realpath "$1")
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for project in Fathom.Tensors Fathom.Formats Fathom.Tokenizers; do
  dotnet pack "$here/src/$project" -c Release -o "$work/packages" -v quiet -nologo
done

mkdir "$work/program"
cd "$work/program"
cat > program.csproj <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="Fathom.Tokenizers" Version="*-*" /></ItemGroup>
</Project>
PROJECT
cat > nuget.config <<CONFIG
<configuration>
  <config><add key="globalPackagesFolder" value="$work/cache" /></config>
  <packageSources><add key="packed" value="$work/packages" /></packageSources>
</configuration>
CONFIG
python3 - "$here/src/Fathom.Tokenizers/README.md" "$model" > Program.cs <<'PYTHON'
import re
import sys

code = "\n".join(re.findall(r"```csharp\n(.*?)```", open(sys.argv[1]).read(), re.S))
assert "Tokenizer.Load" in code and "ChatTemplate.Parse" in code
lines = code.replace('"models/SmolLM2-135M-Instruct"', f'"{sys.argv[2]}"').splitlines()
print("\n".join(sorted({line for line in lines if line.startswith("using ")}) + [line for line in lines if not line.startswith("using ")]))
print('Console.WriteLine($"{ids.Length} {count} {start == text} {end == text}");')
PYTHON
dotnet run -v quiet
