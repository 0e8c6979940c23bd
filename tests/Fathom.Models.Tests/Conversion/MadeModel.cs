using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Tests.Conversion;

/// <summary>A model with drawn weights from nothing but its config.json.</summary>
internal static class MadeModel
{
    private const int Rows = 3, Prompt = 9, Generated = 12;

    /// <summary>Writes config.json and model.safetensors.</summary>
    public static DecoderConfig Write(string folder, JsonObject config)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        var shape = ArchitectureRegistry.ForHuggingFace((string)config["model_type"]!, folder).Read(HuggingFaceConfig.Load(Path.Combine(folder, "config.json")));
        var bundle = new TensorBundle();
        var random = new CounterRandom(20260102, 7);
        foreach (var (name, sizes) in ParameterShapes.Of(shape))
        {
            var values = new float[sizes.Aggregate(1, (product, size) => product * size)];
            var norm = name.Contains("norm", StringComparison.Ordinal) || name.Contains(".ln_", StringComparison.Ordinal);
            var spread = sizes.Length > 1 && !norm ? 1.2 / Math.Sqrt(sizes[^1]) : 0.2;
            for (var i = 0; i < values.Length; i++) values[i] = (float)((norm && name.EndsWith(".weight", StringComparison.Ordinal) && !shape.NormAddsOne ? 1 : 0) + spread * random.NextNormal());
            bundle.Add(name, values, [.. sizes.Select(size => (long)size)]);
        }

        SafetensorsWriter.Save(Path.Combine(folder, "model.safetensors"), bundle);
        return shape;
    }

    /// <summary>Writes beside it what this engine gives for a few rows, named as the reference's values are, for <c>eng/llama_cpp_families.mjs</c>.</summary>
    public static void WriteValues(string folder)
    {
        using var model = LanguageModel.Load(folder, new LoadOptions { Threads = 1 });
        var vocabulary = model.Config.Vocabulary;
        var bundle = new TensorBundle();
        var (ids, mask, logits) = (new List<long>(), new List<long>(), new List<float>());
        for (var row = 0; row < Rows; row++)
        {
            var tokens = Prompts.Ids(model, row, Prompt).ToList();
            logits.AddRange(model.GetHiddenStates(tokens.ToArray(), LogitPositions.All).Logits);
            ids.AddRange(tokens.Select(token => (long)token));
            mask.AddRange(Enumerable.Repeat(1L, Prompt));
            for (var i = 0; i < Generated; i++)
            {
                var last = model.GetHiddenStates(tokens.ToArray(), LogitPositions.Last).Logits;
                tokens.Add(Array.IndexOf(last, last.Max()));
            }

            bundle.Add($"generated.{row}", tokens.Select(token => (long)token).ToArray(), [tokens.Count]);
        }

        bundle.Add("input_ids", ids.ToArray(), [Rows, Prompt]);
        bundle.Add("attention_mask", mask.ToArray(), [Rows, Prompt]);
        bundle.Add("logits", logits.ToArray(), [Rows, Prompt, vocabulary]);
        SafetensorsWriter.Save(Path.Combine(folder, "golden.safetensors"), bundle);
    }
}
