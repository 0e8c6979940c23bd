"""Computes TV score (orders 0 to 5) and its baselines with nothing but numpy, and compares them with Fathom's.

    fathom tokenize MODEL --data FIT.jsonl   --json > fit.ids
    fathom tokenize MODEL --data SCORE.jsonl --json > score.ids
    fathom ood fit MODEL --data FIT.jsonl --template '{question}' --out d.fathom
    fathom ood score d.fathom --model MODEL --data SCORE.jsonl --out scores
    python3 eng/reference_ood.py MODEL.gguf fit.ids score.ids scores/samples.jsonl

A second pair of eyes, not a fast one: GGUF of the Llama family with F32, F16, Q8_0, Q4_0 and Q4_1 tensors, fp32 matrix
products, statistics in float64, profile "paper" of the documentation. About one second a sample on two cores.
"""
import json
import struct
import sys
from math import comb

import numpy as np

MAX_NEW, MAX_POOL, MAX_ORDER, FLOOR = 16, 16, 5, 1e-12


class Gguf:
    """Metadata and tensors of a GGUF v3 file, the tensors widened to fp32."""

    def __init__(self, path):
        self.data = np.memmap(path, np.uint8, "r")
        self.at = 8
        tensor_count, value_count = self.number("Q"), self.number("Q")
        self.meta = {self.text(): self.value(self.number("I")) for _ in range(value_count)}
        infos = []
        for _ in range(tensor_count):
            name, dims = self.text(), self.number("I")
            shape = [self.number("Q") for _ in range(dims)][::-1]
            infos.append((name, shape, self.number("I"), self.number("Q")))
        align = self.meta.get("general.alignment", 32)
        start = (self.at + align - 1) // align * align
        self.tensors = {name: self.widen(shape, kind, start + offset) for name, shape, kind, offset in infos}

    def number(self, code):
        size = struct.calcsize(code)
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += size
        return value

    def text(self):
        size = self.number("Q")
        value = bytes(self.data[self.at : self.at + size]).decode()
        self.at += size
        return value

    def value(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            inner, count = self.number("I"), self.number("Q")
            return [self.value(inner) for _ in range(count)]
        return self.number("BbHhIif?xxQqd"[kind])

    def widen(self, shape, kind, start):
        count = int(np.prod(shape))
        per_block, size = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 8: (32, 34)}[kind]
        raw = np.array(self.data[start : start + count // per_block * size])
        if kind < 2:
            return raw.view(np.float32 if kind == 0 else np.float16).astype(np.float32).reshape(shape)
        raw = raw.reshape(-1, size)
        scale = raw[:, :2].copy().view(np.float16).astype(np.float32)
        if kind == 8:
            return (scale * raw[:, 2:].view(np.int8).astype(np.float32)).reshape(shape)
        packed = raw[:, size - 16 :]
        nibbles = np.concatenate([packed & 15, packed >> 4], 1).astype(np.float32)
        if kind == 2:
            return (scale * (nibbles - 8)).reshape(shape)
        return (scale * nibbles + raw[:, 2:4].copy().view(np.float16).astype(np.float32)).reshape(shape)


class Llama:
    """One sequence at a time with a key/value cache; pairs (2i, 2i+1) are rotated, as GGUF orders the rows."""

    def __init__(self, file):
        get = lambda key: file.meta["llama." + key]
        self.w = file.tensors
        self.layers, self.heads = get("block_count"), get("attention.head_count")
        self.kv_heads, self.eps = get("attention.head_count_kv"), np.float32(get("attention.layer_norm_rms_epsilon"))
        self.dim = get("embedding_length") // self.heads
        self.inv = 1.0 / get("rope.freq_base") ** (np.arange(0, self.dim, 2) / self.dim)
        self.end = file.meta["tokenizer.ggml.eos_token_id"]
        self.start()

    def start(self):
        self.cache = [(np.zeros((0, self.kv_heads, self.dim), np.float32),) * 2 for _ in range(self.layers)]

    def norm(self, x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.eps) * self.w[name + ".weight"]

    def rotate(self, x, first):
        angle = (np.arange(first, first + len(x))[:, None] * self.inv)[:, None, :]
        c, s = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
        even, odd = x[..., 0::2], x[..., 1::2]
        return np.stack([even * c - odd * s, even * s + odd * c], -1).reshape(x.shape)

    def step(self, ids):
        """Feeds tokens; hidden states [layers + 1, tokens, width] and the logits after the last token."""
        x = self.w["token_embd.weight"][ids]
        states, n, first = [x], len(ids), len(self.cache[0][0])
        for layer in range(self.layers):
            w = lambda part: self.w[f"blk.{layer}.{part}.weight"]
            h = self.norm(x, f"blk.{layer}.attn_norm")
            q = self.rotate((h @ w("attn_q").T).reshape(n, self.heads, self.dim), first)
            k = self.rotate((h @ w("attn_k").T).reshape(n, self.kv_heads, self.dim), first)
            v = (h @ w("attn_v").T).reshape(n, self.kv_heads, self.dim)
            k, v = (np.concatenate([old, new]) for old, new in zip(self.cache[layer], (k, v)))
            self.cache[layer] = (k, v)
            share = self.heads // self.kv_heads
            score = np.einsum("qhd,khd->hqk", q, k.repeat(share, 1)) / np.float32(self.dim**0.5)
            score = np.where(np.arange(len(k))[None, None, :] <= first + np.arange(n)[None, :, None], score, -np.inf)
            score = np.exp(score - score.max(-1, keepdims=True))
            score /= score.sum(-1, keepdims=True)
            x = x + np.einsum("hqk,khd->qhd", score, v.repeat(share, 1)).reshape(n, -1) @ w("attn_output").T
            h = self.norm(x, f"blk.{layer}.ffn_norm")
            gate = h @ w("ffn_gate").T
            x = x + (gate / (1 + np.exp(-gate)) * (h @ w("ffn_up").T)) @ w("ffn_down").T
            states.append(x)
        states[-1] = self.norm(x, "output_norm")
        head = self.w.get("output.weight", self.w["token_embd.weight"])
        return np.stack(states).astype(np.float64), (head @ states[-1][-1]).astype(np.float64)


def trace(model, ids):
    """Greedy decoding: everything the detectors need of one sample."""
    model.start()
    states, logits = model.step(ids)
    prompt, predictive, inputs, output, log_p, top_p = states, [], [], [], [], []
    while True:
        log_softmax = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
        predictive.append(states[:, -1])
        output.append(int(logits.argmax()))
        log_p.append(log_softmax[output[-1]])
        top_p.append(np.exp(log_softmax.max()))
        states, logits = model.step([output[-1]])
        inputs.append(states[:, -1])
        if output[-1] == model.end or len(output) == MAX_NEW:
            break
    return dict(tv=np.mean(predictive[:MAX_POOL], 0), input=prompt[-1].mean(0), last=prompt[-1, -1], tokens=output,
                output=np.mean(inputs[:MAX_POOL], 0)[-1], msp=np.mean(top_p), perplexity=np.exp(-np.mean(log_p)))


def squared_distance(x, fit):
    return ((x - fit.mean(0)) ** 2 / np.maximum(fit.var(0), FLOOR)).sum(-1)


def scores(t, fit):
    """Every score higher = more out of distribution."""
    states = np.stack([f["tv"] for f in fit])
    mean, var, result = states.mean(0), states.var(0), {}
    for k in range(MAX_ORDER + 1):
        sign = [(-1) ** (k + i) * comb(k, i) for i in range(k + 1)]
        window = lambda a: [a[i : len(a) - k + i] for i in range(k + 1)]
        difference = sum(c * w for c, w in zip(sign, window(t["tv"] - mean)))
        spread = sum(comb(k, i) * w for i, w in enumerate(window(np.maximum(var, FLOOR))))
        f = (difference**2 / spread).sum(-1)[1:]
        result[f"tv{k}"] = np.abs(np.diff(f)).mean()
    unit = lambda a: a / np.linalg.norm(a, axis=-1, keepdims=True)
    result["msp"] = -t["msp"]
    result["perplexity"] = t["perplexity"]
    result["input_embedding"] = squared_distance(t["input"], np.stack([f["input"] for f in fit]))
    result["output_embedding"] = squared_distance(t["output"], np.stack([f["output"] for f in fit]))
    result["cosine"] = -(unit(np.stack([f["last"] for f in fit])) @ unit(t["last"])).max()
    return result


def main(model_path, fit_ids, score_ids, samples):
    read = lambda path: [json.loads(line) for line in open(path, encoding="utf-8")]
    model = Llama(Gguf(model_path))
    fit = [trace(model, row["ids"]) for row in read(fit_ids)]
    worst, other_tokens = {}, 0
    for row, sample in zip(read(score_ids), read(samples), strict=True):
        t = trace(model, row["ids"])
        if t["tokens"] != sample["tokens"]:
            other_tokens += 1
            print(f"sample {sample['index']}: other tokens, a near tie: {t['tokens']} here, {sample['tokens']} there")
            continue
        for name, value in scores(t, fit).items():
            difference = abs(value - sample["scores"][name]) / max(1.0, abs(value))
            worst[name] = max(worst.get(name, 0.0), difference)
    for name, difference in worst.items():
        print(f"{name:18} {difference:.2e}")
    print(f"{other_tokens} samples with other tokens")
    sys.exit(0 if worst and max(worst.values()) <= 1e-3 and other_tokens == 0 else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
