using System.Text.Json;
using Fathom.Formats;
using Fathom.Models.Generation;
using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

public sealed class SmolLm2Tests : IClassFixture<SmolLm2>
{
    private const string Model = SmolLm2.Folder;
    private const string Golden = "golden/smollm2/smollm2.safetensors";
    private readonly SmolLm2 _smol;

    public SmolLm2Tests(SmolLm2 smol) => _smol = smol;

    [SharedFact(Model, Golden)]
    public void Token_ids_are_the_references()
    {
        foreach (var prompt in _smol.Json.GetProperty("prompts").EnumerateArray())
        {
            var ids = _smol.Model.Tokenizer.Encode(prompt.GetProperty("text").GetString()!);
            Assert.Equal(prompt.GetProperty("ids").Deserialize<int[]>(), ids.Take(640));
        }
    }

    [SharedFact(Model, Golden)]
    public void Hidden_states_of_every_layer_and_logits_are_within_2e_5()
    {
        using var file = SafetensorsFile.Open(SharedFolder.Path(Golden));
        var golden = new GoldenFile(file);
        foreach (var prompt in new[] { 0, 8, 10, 13 })
        {
            var ids = _smol.Ids(prompt);
            var ours = _smol.Model.GetHiddenStates(ids, LogitPositions.Last);
            var states = golden.Floats($"full.{prompt}.hidden_states", 31, ids.Length, 576);
            for (var entry = 0; entry < 31; entry++)
                AssertNear(ours.Entries[entry], states.AsSpan(entry * ids.Length * 576, ids.Length * 576), 2e-5, $"prompt {prompt} entry {entry}");
            AssertNear(ours.Logits, golden.Floats($"full.{prompt}.logits_last", 49152), 2e-5, $"prompt {prompt} logits");
        }
    }

    [SharedFact(Model, Golden)]
    public void Greedy_tokens_and_their_numbers_are_the_references_where_it_is_no_tie()
    {
        var rows = _smol.Json.GetProperty("greedy").EnumerateArray().ToArray();
        var prompts = rows.Select(row => _smol.Ids(row.GetProperty("prompt").GetInt32())).ToArray();
        var results = _smol.Model.Generate(prompts, new GenerationOptions { MaxNewTokens = 24 });
        for (var i = 0; i < rows.Length; i++)
        {
            var tokens = rows[i].GetProperty("tokens").EnumerateArray().Take(24).ToArray();
            for (var t = 0; t < tokens.Length; t++)
            {
                if (tokens[t].GetProperty("margin").GetDouble() < 5e-3) break;
                Assert.Equal(tokens[t].GetProperty("id").GetInt32(), results[i].Tokens[t]);
                Assert.Equal(tokens[t].GetProperty("logprob").GetDouble(), results[i].LogProbabilities[t], 5e-4);
                Assert.Equal(tokens[t].GetProperty("entropy").GetDouble(), results[i].Entropies[t], 1e-3);
                Assert.Equal(tokens[t].GetProperty("max_probability").GetDouble(), results[i].MaxProbabilities[t], 2e-4);
            }

            if (tokens.Length < 24 && results[i].Tokens.Length == tokens.Length) Assert.Equal(rows[i].GetProperty("text").GetString(), results[i].Text);
        }

        Assert.Equal("The capital of France is Paris.", results[0].Text);
        Assert.Equal(FinishReason.EndToken, results[0].Finish);
    }

    [SharedFact(Model, Golden)]
    public void Log_probabilities_of_a_long_text_are_the_references()
    {
        using var file = SafetensorsFile.Open(SharedFolder.Path(Golden));
        var passage = _smol.Json.GetProperty("perplexity")[0];
        var ids = passage.GetProperty("ids").Deserialize<int[]>()!;
        var ours = _smol.Model.GetLogProbabilities(ids);
        Assert.Equal(passage.GetProperty("mean_nll").GetDouble(), -ours.Average(), 2e-5);
        var reference = new GoldenFile(file).Floats("nll.0", ids.Length - 1);
        for (var i = 0; i < reference.Length; i++) Assert.Equal(reference[i], -ours[i], 1e-3);
    }

    private static void AssertNear(ReadOnlySpan<float> ours, ReadOnlySpan<float> reference, double tolerance, string what)
    {
        var difference = new Difference();
        difference.Add(ours, reference);
        Assert.True(difference.MaxRel <= tolerance, $"{what}: {difference.MaxRel:g3}");
    }
}
