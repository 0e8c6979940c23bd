"""Makes pytorch_model.bin of tests/golden/hf/llama as older checkpoints have it: /usr/bin/python3 make_llama.py (in this folder)."""
import collections, json, struct
import torch

data = open("../hf/llama/model.safetensors", "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + length])
state = collections.OrderedDict()
for name, entry in header.items():
    if name == "__metadata__":
        continue
    begin, end = entry["data_offsets"]
    assert entry["dtype"] == "F32"
    state[name] = torch.frombuffer(bytearray(data[8 + length + begin : 8 + length + end]), dtype=torch.float32).reshape(entry["shape"])
# One matrix as a transposed view, as checkpoints converted from other frameworks have them.
name = "model.layers.0.mlp.up_proj.weight"
state[name] = state[name].t().contiguous().t()
torch.save(state, "llama.bin")
