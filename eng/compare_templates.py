#!/usr/bin/env python3
"""Renders every golden chat template over every conversation through the command line and compares the bytes, or the class of the error.

usage: compare_templates.py FATHOM GOLDEN FOREIGN
  FATHOM: the tool; GOLDEN: shared/golden/tokenizers/chat-templates; FOREIGN: the folder that eng/fetch-foreign-tokenizers.sh makes
"""
import concurrent.futures
import glob
import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

tool, golden, foreign = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
work = pathlib.Path(tempfile.mkdtemp())
scenarios = json.loads((golden / "conversations.json").read_text("utf-8"))["scenarios"]
INSIDE = {"llama3.1-short": "llama3.1", "gemma3": "gemma3"}


def template(name):
    for path in (golden / f"{name}.jinja", foreign / "templates" / f"{name}.jinja"):
        if path.exists():
            return path
    path = work / f"{name}.jinja"
    path.write_bytes(json.loads((foreign / INSIDE[name] / "tokenizer_config.json").read_text("utf-8"))["chat_template"].encode())
    return path


def run(job):
    expected, source, number, name = job
    scenario = scenarios[name]
    arguments = dict(scenario["arguments"])
    prompt = arguments.pop("add_generation_prompt", False)
    files = work / f"{expected['name']}-{number}"
    call = [tool, "tokenize", "--render", "--chat-template", str(source), "--clock", "2025-03-14T15:09:26"]
    for option, value in [("--messages", scenario["messages"]), ("--tools", scenario["tools"]), ("--template-variables", {**expected["special_tokens"], **arguments})]:
        if value is not None:
            path = f"{files}{option}.json"
            pathlib.Path(path).write_text(json.dumps(value))
            call += [option, path]
    if not prompt:
        call.append("--no-generation-prompt")
    done = subprocess.run(call, capture_output=True)
    for path in glob.glob(f"{glob.escape(str(files))}--*"):
        os.remove(path)
    if name in expected.get("results", {}):
        return done.returncode == 0 and done.stdout == expected["results"][name].encode(), done
    return done.returncode == 1 and expected["errors"][name]["error"].encode() in done.stderr and not done.stdout, done


jobs = []
for path in sorted(golden.glob("*.golden.json*")):
    expected = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    source = template(expected["name"])
    assert hashlib.sha256(source.read_bytes()).hexdigest() == expected["sha256"], source
    jobs += [(expected, source, number, name) for number, name in enumerate(scenarios)]
wrong = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for job, (right, done) in zip(jobs, pool.map(run, jobs)):
        if not right:
            wrong += 1
            print(f"{job[0]['name']}, {job[3]}: exit {done.returncode}, {done.stdout[:80]!r} {done.stderr[:200]!r}", flush=True)
print(f"{len(jobs)} cases, {wrong} wrong")
sys.exit(wrong > 0)
