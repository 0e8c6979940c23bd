#!/usr/bin/env python3
"""Tokenizes the golden strings with every golden tokenizer through the command line and compares the ids, with and without special tokens.

usage: compare_tokenizers.py FATHOM GOLDEN [FOREIGN]
  FATHOM: the tool; GOLDEN: shared/golden/tokenizers; FOREIGN: the folder that eng/fetch-foreign-tokenizers.sh makes
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

tool, golden = sys.argv[1], pathlib.Path(sys.argv[2])
foreign = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
work = pathlib.Path(tempfile.mkdtemp())


def read(path):
    packed = path.with_name(path.name + ".gz")
    return gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes() if path.exists() else None


def rows(path):
    return [json.loads(line) for line in read(path).decode().splitlines()]


strings = {entry["id"]: entry["text"] for entry in json.loads(read(golden / "strings.json"))["strings"]}


def ids(tokenizer, order, *more):
    data = work / "strings.jsonl"
    data.write_text("".join(json.dumps({"text": strings[i]}) + "\n" for i in order))
    done = subprocess.run([tool, "tokenize", str(tokenizer), "--data", str(data), "--json", *more], capture_output=True)
    assert done.returncode == 0, (tokenizer, done.stderr)
    lines = [json.loads(line)["ids"] for line in done.stdout.decode().splitlines()]
    assert len(lines) == len(order), (tokenizer, len(lines))
    return dict(zip(order, lines))


wrong = compared = 0


def compare(name, tokenizer, expected, special):
    global wrong, compared
    expected = [row for row in expected if "i" in row and "error" not in row]
    order = [row["i"] for row in expected]
    plain, framed = ids(tokenizer, order, "--no-special-tokens"), ids(tokenizer, order) if special else None
    for row in expected:
        pairs = [(plain, row["ids"])] + ([(framed, row.get("sp", row["ids"]))] if special else [])
        for got, want in pairs:
            compared += 1
            if got[row["i"]] != want:
                wrong += 1
                print(f"{name}, string {row['i']}: {got[row['i']][:20]}, expected {want[:20]}", flush=True)


for kind in ("real", "synthetic"):
    for folder in sorted(path for path in (golden / kind).iterdir() if path.is_dir()):
        content = read(folder / "tokenizer.json")
        if content is None and foreign and (foreign / folder.name / "tokenizer.json").exists():
            content = (foreign / folder.name / "tokenizer.json").read_bytes()
        expected = rows(folder / "golden.jsonl")
        if content is None or folder.name.startswith("in-file-"):
            continue
        path = work / "tokenizer.json"
        path.write_bytes(content)
        compare(f"{kind}/{folder.name}", path, expected, special=True)
for file in sorted((golden / "gguf").glob("*.golden.jsonl.gz")):
    name = file.name[: -len(".golden.jsonl.gz")]
    content = read(golden / "gguf" / f"{name}.gguf")
    if content is None and foreign and (foreign / "gguf" / f"{name}.gguf").exists():
        content = (foreign / "gguf" / f"{name}.gguf").read_bytes()
    if content is None or name == "pre-tokenizers":
        continue
    path = work / "vocabulary.gguf"
    path.write_bytes(content)
    # The command line takes special tokens in the text for what they are; golden "sp", where it differs, says so.
    compare(f"gguf/{name}", path, [{**row, "ids": row.get("sp", row["ids"])} for row in rows(golden / "gguf" / f"{name}.golden.jsonl") if "i" in row], special=False)
for file in sorted((golden / "sentencepiece").glob("*.golden.jsonl.gz")):
    name = file.name[: -len(".golden.jsonl.gz")]
    path = work / "tokenizer.model"
    path.write_bytes(read(golden / "sentencepiece" / f"{name}.model"))
    compare(f"sentencepiece/{name}", path, rows(golden / "sentencepiece" / f"{name}.golden.jsonl"), special=False)
print(f"{compared} encodings, {wrong} wrong")
sys.exit(wrong > 0)
