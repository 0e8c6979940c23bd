using System.Text.Json.Nodes;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>Makes a tiny BERT without a head (two blocks of width 32, the tiny tokenizer) in Hugging Face layout, the same bytes every time.</summary>
public static class TinyBert
{
    private const int Layers = 2;
    private const int Width = 32;
    private const int Hidden = 48;
    private const int Context = 64;

    /// <summary>Writes the model into a folder that exists.</summary>
    public static void Write(string folder, ulong seed = 1)
    {
        var vocabulary = TinyTokenizer.Vocabulary().Count + TinyTokenizer.Specials.Length;
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), TinyTokenizer.Json());
        File.WriteAllText(Path.Combine(folder, "config.json"), new JsonObject
        {
            ["architectures"] = new JsonArray("BertModel"),
            ["model_type"] = "bert",
            ["hidden_size"] = Width,
            ["intermediate_size"] = Hidden,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = 4,
            ["hidden_act"] = "gelu",
            ["max_position_embeddings"] = Context,
            ["type_vocab_size"] = 2,
            ["layer_norm_eps"] = 1e-12,
            ["vocab_size"] = vocabulary,
        }.ToJsonString());
        var tensors = new List<(string Name, int[] Shape)>
        {
            ("embeddings.word_embeddings.weight", [vocabulary, Width]),
            ("embeddings.position_embeddings.weight", [Context, Width]),
            ("embeddings.token_type_embeddings.weight", [2, Width]),
            ("embeddings.LayerNorm.weight", [Width]),
            ("embeddings.LayerNorm.bias", [Width]),
        };
        void Dense(string name, int outputs, int inputs) => tensors.AddRange([(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])]);
        void Norm(string name) => tensors.AddRange([(name + ".weight", [Width]), (name + ".bias", [Width])]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var at = $"encoder.layer.{layer}.";
            foreach (var name in new[] { "query", "key", "value" }) Dense($"{at}attention.self.{name}", Width, Width);
            Dense(at + "attention.output.dense", Width, Width);
            Norm(at + "attention.output.LayerNorm");
            Dense(at + "intermediate.dense", Hidden, Width);
            Dense(at + "output.dense", Width, Hidden);
            Norm(at + "output.LayerNorm");
        }

        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), TinyModel.Safetensors(tensors, seed));
    }
}
