using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>
/// Command R+ has a layer norm over each head, weights of all heads in one tensor, before neighbours are turned together. There are no
/// reference values of it, but StableLM's large model (which has some) says the same in other words: a norm a head in a tensor of its own,
/// halves of heads turned together, biases that may be zero. So one is written as the other, rows put in the other order.
/// </summary>
public class CommandRPlusTests
{
    private const int Heads = 4, Groups = 2, HeadDim = 8, Width = 32;
    private static readonly int[] Tokens = [5, 9, 3, 61, 17, 88, 2, 40, 7];

    [SharedFact("golden/hf/cohere")]
    public void NormsOfHeadsAreThoseOfStableLmInOtherWords()
    {
        using var folder = new TemporaryFolder();
        var (plus, twin) = (Write(folder["plus"], twin: false), Write(folder["twin"], twin: true));
        using (var one = LanguageModel.Load(plus, new LoadOptions { Threads = 1 }))
        using (var other = LanguageModel.Load(twin, new LoadOptions { Threads = 1 }))
        {
            Assert.Equal(other.ParameterCount - Zeros, one.ParameterCount);
            Near(other.GetHiddenStates(Tokens, LogitPositions.All).Logits, one.GetHiddenStates(Tokens, LogitPositions.All).Logits);
            using var bare = LanguageModel.Load(SharedFolder.Path("golden/hf/cohere"), new LoadOptions { Threads = 1 });
            Assert.NotEqual(bare.GetHiddenStates(Tokens).Entries[1], one.GetHiddenStates(Tokens).Entries[1]);
        }

        using var device = new AutogradDevice(1);
        using var first = TrainableModel.Load(plus, device);
        using var second = TrainableModel.Load(twin, device);
        var objective = new CausalLanguageModelling();
        Assert.Equal(Accumulation.Run(second, objective, [TokenBatch.Of([Tokens])]), Accumulation.Run(first, objective, [TokenBatch.Of([Tokens])]), 1e-6);
        foreach (var (name, heads) in new[] { ("q", Heads), ("k", Groups) })
        {
            var at = "model.layers.0.self_attn.";
            var mine = first.Parameters[$"{at}{name}_norm.weight"].Gradient.ToArray();
            Assert.Contains(mine, value => value != 0);
            for (var head = 0; head < heads; head++)
                Near(second.Parameters[$"{at}{name}_layernorm.norms.{head}.weight"].Gradient.ToArray(), [.. Order(1).Select(place => mine[head * HeadDim + place])]);
            Near(second.Parameters[$"{at}{name}_proj.weight"].Gradient.ToArray(), Rows(first.Parameters[$"{at}{name}_proj.weight"].Gradient.ToArray(), heads));
        }
    }

    // StableLM's biases: one of each block's norm, one of the last.
    private static int Zeros => 3 * Width;

    private static string Write(string folder, bool twin)
    {
        var bundle = new TensorBundle();
        using var source = SafetensorsFile.Open(SharedFolder.Path("golden/hf/cohere/model.safetensors"));
        foreach (var name in source.Names)
        {
            var values = Values(source.GetTensor(name));
            var heads = name.Contains(".q_proj.", StringComparison.Ordinal) ? Heads : name.Contains(".k_proj.", StringComparison.Ordinal) ? Groups : 0;
            bundle.Add(name, twin && heads > 0 ? Rows(values, heads) : values, [.. source.GetTensor(name).Shape]);
            if (twin && name.EndsWith("norm.weight", StringComparison.Ordinal)) bundle.Add(name.Replace("weight", "bias", StringComparison.Ordinal), new float[Width], Width);
        }

        for (var layer = 0; layer < 2; layer++)
        {
            foreach (var (name, heads) in new[] { ("q", Heads), ("k", Groups) })
            {
                var at = $"model.layers.{layer}.self_attn.{name}_";
                float[] weights = [.. Enumerable.Range(0, heads * HeadDim).Select(i => 0.5f + (i * 37 + layer) % 11 / 8f)];
                if (!twin) bundle.Add(at + "norm.weight", weights, heads, HeadDim);
                for (var head = 0; twin && head < heads; head++) bundle.Add($"{at}layernorm.norms.{head}.weight", [.. Order(1).Select(place => weights[head * HeadDim + place])], HeadDim);
            }
        }

        Directory.CreateDirectory(folder);
        SafetensorsWriter.Save(Path.Combine(folder, "model.safetensors"), bundle);
        var config = JsonNode.Parse(File.ReadAllText(SharedFolder.Path("golden/hf/cohere/config.hub.json")))!.AsObject();
        (config["logit_scale"], config["use_qk_norm"]) = (1.0, true);
        if (twin)
        {
            (config["model_type"], config["use_parallel_residual"], config["qk_layernorm"]) = ("stablelm", true, true);
            (config["partial_rotary_factor"], config["use_qkv_bias"]) = (1.0, false);
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        return folder;
    }

    // For each number of a head whose halves are turned together its place in one whose neighbours are.
    private static IEnumerable<int> Order(int heads) => Enumerable.Range(0, heads * HeadDim).Select(row => row / HeadDim * HeadDim + 2 * (row % HeadDim % (HeadDim / 2)) + row % HeadDim / (HeadDim / 2));

    private static float[] Rows(float[] matrix, int heads) => [.. Order(heads).SelectMany(row => matrix.Skip(row * Width).Take(Width))];

    private static unsafe float[] Values(StoredTensor tensor) => new ReadOnlySpan<float>(tensor.Data, checked((int)tensor.ElementCount)).ToArray();

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(actual[i], expected[i] - 1e-5f * largest, expected[i] + 1e-5f * largest);
    }
}
