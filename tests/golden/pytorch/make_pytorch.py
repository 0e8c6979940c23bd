"""Makes the checkpoints of this folder with Debian's PyTorch 1.13: /usr/bin/python3 make_pytorch.py (in this folder)."""
import collections, json, os, pickle, zipfile
import torch

torch.manual_seed(7)
base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8 - 1
state = collections.OrderedDict()
state["plain"] = base.clone()
state["transposed"] = base.t()
state["slice"] = base[1:3, 2:5]
state["tied"] = state["plain"]
state["parameter"] = torch.nn.Parameter(torch.randn(3, 2))
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 4)
for name, dtype in dict(f16=torch.float16, bf16=torch.bfloat16, f64=torch.float64, i64=torch.int64, i32=torch.int32, i16=torch.int16, i8=torch.int8, u8=torch.uint8, bool=torch.bool).items():
    state[name] = (torch.arange(5) - (0 if name in ("u8", "bool") else 2)).to(dtype)

values = {name: {"shape": list(t.shape), "values": [float(x) for x in t.detach().double().reshape(-1)]} for name, t in state.items()}
json.dump(values, open("values.json", "w"), indent=1)
torch.save(state, "zip.bin")
torch.save(state, "legacy.bin", _use_new_zipfile_serialization=False)
torch.save({"epoch": 3, "state_dict": state, "lr": 0.1, "step": 12345678901234567890}, "training.pt")
linear = torch.nn.Linear(2, 3)
torch.save(linear.state_dict(), "linear.bin")
torch.save(linear, "module.pt")
torch.save(base.expand(1, 4, 6), "tensor.pt")
torch.save({"expanded": torch.ones(1).expand(1000000)}, "expanded.bin")
torch.jit.save(torch.jit.script(torch.nn.ReLU()), "script.pt")


class Evil:
    def __reduce__(self):
        return (os.system, ("touch /tmp/fathom-was-here",))


torch.save({"weight": torch.ones(2), "evil": Evil()}, "evil.bin")
pickle.dump({"weight": Evil()}, open("plain.pkl", "wb"), protocol=2)
