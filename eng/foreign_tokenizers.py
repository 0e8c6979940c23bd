"""Makes what eng/fetch-foreign-tokenizers.sh cannot copy: Llama 2's and XLM-RoBERTa's tokenizer.json out of llama.cpp's vocabularies
(as shared/golden/tokenizers/make_real.py assembles them), and the chat templates that lie inside GGUF files.

usage: foreign_tokenizers.py FOLDER   (with FOLDER/gguf)
"""
import base64
import json
import pathlib
import struct
import sys

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


def metadata(path):
    """The metadata of a GGUF file."""
    with open(path, "rb") as file:
        def number(code):
            return struct.unpack("<" + code, file.read(struct.calcsize(code)))[0]

        def text():
            return file.read(number("Q")).decode("utf-8", "surrogateescape")

        def value(kind):
            if kind == 8:
                return text()
            if kind == 9:
                inner, count = number("I"), number("Q")
                return [value(inner) for _ in range(count)]
            return number(SCALARS[kind])

        assert file.read(4) == b"GGUF", path
        number("I"), number("Q")
        return {text(): value(number("I")) for _ in range(number("Q"))}


def added(pieces, names, **flags):
    """Special tokens as tokenizer.json lists them."""
    ids = {piece: i for i, piece in enumerate(pieces)}
    return [{"id": ids[name], "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True, **flags.get(name.strip("<>"), {})}
            for name in sorted(names, key=ids.get)]


def template(single, pair, special):
    """A TemplateProcessing of 'token' and '$A' parts."""
    def part(text):
        name, _, kind = text.partition(":")
        kind = int(kind or 0)
        return {"Sequence": {"id": name[1:], "type_id": kind}} if name[0] == "$" else {"SpecialToken": {"id": name, "type_id": kind}}

    return {"type": "TemplateProcessing", "single": [part(p) for p in single], "pair": [part(p) for p in pair],
            "special_tokens": {name: {"id": name, "ids": [i], "tokens": [name]} for name, i in special.items()}}


def llama2(fields):
    pieces, scores = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.scores"]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    merges = []
    for piece, score in zip(pieces, scores):
        cuts = [(piece[:i], piece[i:], score) for i in range(1, len(piece)) if piece[:i] in vocab and piece[i:] in vocab]
        merges += sorted(cuts, key=lambda m: (vocab[m[0]], vocab[m[1]]))
    merges.sort(key=lambda m: (m[2], len(m[0]), len(m[1])), reverse=True)
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added(pieces, ["<unk>", "<s>", "</s>"]),
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
        "pre_tokenizer": None, "post_processor": template(["<s>", "$A"], ["<s>", "$A", "<s>:1", "$B:1"], {"<s>": 1}),
        "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
                                                     {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
                  "ignore_merges": False, "vocab": vocab, "merges": [[a, b] for a, b, _ in merges]},
    }


def xlm_roberta(fields):
    pieces = fields["tokenizer.ggml.tokens"][:250002]
    space = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added(pieces, names, mask={"lstrip": True}),
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(bytes(b & 0xFF for b in fields["tokenizer.ggml.precompiled_charsmap"])).decode()},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, space]},
        "post_processor": template(["<s>", "$A", "</s>"], ["<s>", "$A", "</s>", "</s>", "$B", "</s>"], {"<s>": 0, "</s>": 2}), "decoder": space,
        "model": {"type": "Unigram", "unk_id": 3, "byte_fallback": False, "vocab": [[piece, score] for piece, score in zip(pieces, fields["tokenizer.ggml.scores"])]},
    }


root = pathlib.Path(sys.argv[1])
for name, vocabulary, make in [("llama2", "llama-spm", llama2), ("xlm-roberta", "nomic-bert-moe", xlm_roberta)]:
    (root / name).mkdir(exist_ok=True)
    (root / name / "tokenizer.json").write_text(json.dumps(make(metadata(root / "gguf" / f"{vocabulary}.gguf")), ensure_ascii=False), "utf-8")
for path in (root / "gguf").glob("*.gguf"):
    for key, source in metadata(path).items():
        if key.startswith("tokenizer.chat_template"):
            if isinstance(source, str):
                (root / "templates" / f"{path.stem}-vocab{key[len('tokenizer.chat_template'):]}.jinja").write_bytes(source.encode("utf-8"))
