using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>
/// Makes a tiny Llama (ten blocks of width 32, byte-level BPE of 275 tokens) in Hugging Face layout, the same bytes every time:
/// enough layers for every order of the TV score, small enough to run a data set in a second.
/// </summary>
public static class TinyModel
{
    public const int Layers = 10;
    public const int Width = 32;
    public const int Context = 160;
    private const int Heads = 4;
    private const int KeyValueHeads = 2;
    private const int HeadDim = 8;
    private const int Hidden = 48;

    /// <summary>A template that marks roles as SmolLM2's does.</summary>
    public const string ChatTemplate =
        "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|start|>assistant\n{% endif %}";

    /// <summary>Writes the model into a folder (made if absent) and answers its path.</summary>
    public static string Write(string folder, bool chat = false, ulong seed = 1)
    {
        Directory.CreateDirectory(folder);
        var vocabulary = TinyTokenizer.Vocabulary();
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), TinyTokenizer.Json());
        var tokenizerConfig = new JsonObject { ["eos_token"] = "<|end|>", ["model_max_length"] = Context };
        if (chat)
        {
            tokenizerConfig["chat_template"] = ChatTemplate;
        }

        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), tokenizerConfig.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), new JsonObject { ["eos_token_id"] = vocabulary.Count + 1 }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "config.json"), Config(vocabulary.Count + TinyTokenizer.Specials.Length).ToJsonString());
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Weights(vocabulary.Count + TinyTokenizer.Specials.Length, seed));
        return folder;
    }

    /// <summary>The model's <c>config.json</c>.</summary>
    public static JsonObject Config(int vocabularySize) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["hidden_size"] = Width,
        ["intermediate_size"] = Hidden,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Heads,
        ["num_key_value_heads"] = KeyValueHeads,
        ["hidden_act"] = "silu",
        ["max_position_embeddings"] = Context,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["vocab_size"] = vocabularySize,
        ["tie_word_embeddings"] = false,
        ["bos_token_id"] = vocabularySize - TinyTokenizer.Specials.Length,
        ["eos_token_id"] = vocabularySize - TinyTokenizer.Specials.Length + 1,
        ["torch_dtype"] = "float32",
    };

    private static byte[] Weights(int vocabularySize, ulong seed)
    {
        var tensors = new List<(string Name, int[] Shape)>
        {
            ("model.embed_tokens.weight", [vocabularySize, Width]),
            ("model.norm.weight", [Width]),
            ("lm_head.weight", [vocabularySize, Width]),
        };
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            tensors.Add((prefix + "input_layernorm.weight", [Width]));
            tensors.Add((prefix + "post_attention_layernorm.weight", [Width]));
            tensors.Add((prefix + "self_attn.q_proj.weight", [Heads * HeadDim, Width]));
            tensors.Add((prefix + "self_attn.k_proj.weight", [KeyValueHeads * HeadDim, Width]));
            tensors.Add((prefix + "self_attn.v_proj.weight", [KeyValueHeads * HeadDim, Width]));
            tensors.Add((prefix + "self_attn.o_proj.weight", [Width, Heads * HeadDim]));
            tensors.Add((prefix + "mlp.gate_proj.weight", [Hidden, Width]));
            tensors.Add((prefix + "mlp.up_proj.weight", [Hidden, Width]));
            tensors.Add((prefix + "mlp.down_proj.weight", [Width, Hidden]));
        }

        return Safetensors(tensors, seed);
    }

    /// <summary>A safetensors file of random numbers: vectors near 1, biases 0, matrices so that sizes stay.</summary>
    internal static byte[] Safetensors(List<(string Name, int[] Shape)> tensors, ulong seed)
    {
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, shape) in tensors)
        {
            var bytes = shape.Aggregate(4L, (product, size) => product * size);
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode?)size)]),
                ["data_offsets"] = new JsonArray(offset, offset + bytes),
            };
            offset += bytes;
        }

        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = (json.Length + 7) / 8 * 8;
        var file = new byte[8 + padded + offset];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)padded);
        file.AsSpan(8, padded).Fill((byte)' ');
        json.CopyTo(file.AsSpan(8));
        var at = 8 + padded;
        var state = seed;
        foreach (var (name, shape) in tensors)
        {
            var isNorm = shape.Length == 1;
            var scale = name.StartsWith("lm_head", StringComparison.Ordinal) ? 2.0 : 1.2;
            var count = shape.Aggregate(1, (product, size) => product * size);
            for (var i = 0; i < count; i++)
            {
                var value = name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : isNorm ? 1 + (0.2 * Normal(ref state)) : scale * Normal(ref state) / Math.Sqrt(shape[^1]);
                BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(at), (float)value);
                at += 4;
            }
        }

        return file;
    }

    // Twelve uniform numbers: near enough to a normal one, and no logarithm that may differ by machine.
    private static double Normal(ref ulong state)
    {
        double sum = 0;
        for (var i = 0; i < 12; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            sum += ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }

        return sum - 6;
    }
}
