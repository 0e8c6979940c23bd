r"""The same check as reference_ood.py, on PyTorch and Transformers instead of our own forward pass (needs torch, transformers, numpy):
TV score, orders 0 to 5, and its baselines, sample by sample, against what `fathom ood score` wrote.

    fathom ood fit MODEL --data FIT.jsonl --out d.fathom
    fathom ood score d.fathom --model MODEL --data SCORE.jsonl --out scores
    python3 eng/reference_tv.py MODEL FIT.jsonl SCORE.jsonl scores/samples.jsonl [--template 'Q: {question}\nA:'] [--text-field question]

MODEL is a folder in Hugging Face layout. Without --template a model that has a chat template gets the text as one user message,
any other `Q: {question}\nA:`. Exit 0 when every score agrees within 1e-3 (relative above 1) and every sample has the same tokens.
`--self-test OOD.json` checks the statistics alone against golden vectors, without torch.
"""
import argparse
import json
import sys

import numpy as np

from reference_ood import MAX_NEW, MAX_POOL, scores

TOLERANCE = 1e-3


def prompt_ids(tokenizer, text, template, field):
    if template is None and tokenizer.chat_template:
        messages = [{"role": "user", "content": text}]
        return tokenizer(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True), add_special_tokens=False).input_ids
    pattern = ("Q: {question}\nA:" if template is None else template.replace("\\n", "\n")).replace("{question}", "{text}")
    return tokenizer(pattern.replace("{" + field + "}", "{text}").replace("{text}", text)).input_ids


def trace(model, ids, ends):
    """Greedy decoding with the cache; hidden states [layers + 1, positions, width] of every step, pooled as the profile paper says."""
    import torch

    def step(tokens, cache):
        with torch.no_grad():
            out = model(torch.tensor([tokens]), past_key_values=cache, use_cache=True, output_hidden_states=True)
        return torch.stack([h[0] for h in out.hidden_states]).double().numpy(), out.logits[0, -1].double().numpy(), out.past_key_values

    states, logits, cache = step(ids, None)
    prompt, predictive, inputs, output, log_p, top_p = states, [], [], [], [], []
    while True:
        log_softmax = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
        predictive.append(states[:, -1])
        output.append(int(logits.argmax()))
        log_p.append(log_softmax[output[-1]])
        top_p.append(np.exp(log_softmax.max()))
        states, logits, cache = step([output[-1]], cache)
        inputs.append(states[:, -1])
        if output[-1] in ends or len(output) == MAX_NEW:
            break
    return dict(tv=np.mean(predictive[:MAX_POOL], 0), input=prompt[-1].mean(0), last=prompt[-1, -1], tokens=output,
                output=np.mean(inputs[:MAX_POOL], 0)[-1], msp=np.mean(top_p), perplexity=np.exp(-np.mean(log_p)))


def compare(traced, fit, samples):
    """Largest difference per detector, and how many samples were decoded otherwise."""
    worst, other = {}, 0
    for t, sample in zip(traced, samples, strict=True):
        if t["tokens"] != sample["tokens"]:
            other += 1
            continue
        for name, value in scores(t, fit).items():
            if name in sample["scores"]:
                worst[name] = max(worst.get(name, 0.0), abs(value - sample["scores"][name]) / max(1.0, abs(value)))
    return worst, other


def main(args):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32, attn_implementation="eager").eval()
    ends = model.generation_config.eos_token_id
    ends = set() if ends is None else {ends} if isinstance(ends, int) else set(ends)
    read = lambda path: [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
    run = lambda path: [trace(model, prompt_ids(tokenizer, row[args.text_field], args.template, args.text_field), ends) for row in read(path)]
    worst, other = compare(run(args.score), run(args.fit), read(args.samples))
    for name, difference in worst.items():
        print(f"{name:18} {difference:.2e}")
    print(f"{other} samples with other tokens")
    return 0 if worst and max(worst.values()) <= TOLERANCE and other == 0 else 1


def self_test(path):
    """The 130 synthetic trajectories of ood.json through `scores`, profile paper with first layer 1."""
    golden = json.load(open(path, encoding="utf-8"))["tv_synthetic"]["results"]
    state = [12345]

    def uniform():
        state[0] = (state[0] * 1664525 + 1013904223) % 2**32
        return state[0] / 2**32

    def trajectories(count, late):
        made = np.zeros((count, 13, 6))
        for s in range(count):
            for layer in range(13):
                for j in range(6):
                    g = uniform() + uniform() + uniform() + uniform() - 2
                    drift, amplitude = (0.05 * layer, 0.3) if layer <= 8 else (0.1, late)
                    made[s, layer, j] = g if layer == 0 else made[s, layer - 1, j] + drift + amplitude * g
        return [dict(tv=y, input=y[-1], last=y[-1], output=y[-1], msp=0.5, perplexity=2.0) for y in made]

    fit, sets = trajectories(40, 0.1), {"id_test": trajectories(30, 0.1), "near": trajectories(30, 0.2), "far": trajectories(30, 0.6)}
    worst = 0.0
    for k in range(6):
        for name, expected in ((n, golden[f"paper_first_layer_1_k{k}"][f"tv_{n}_first3"]) for n in sets):
            for y, value in zip(sets[name], expected):
                worst = max(worst, abs(scores(y, fit)[f"tv{k}"] - value))
    print(f"largest difference {worst:.1e}")
    return 0 if worst < 1e-6 else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--self-test"]:
        sys.exit(self_test(sys.argv[2]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "fit", "score", "samples"):
        parser.add_argument(name)
    parser.add_argument("--template")
    parser.add_argument("--text-field", default="question")
    sys.exit(main(parser.parse_args()))
