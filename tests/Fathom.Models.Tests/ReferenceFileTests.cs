using System.Globalization;
using Fathom.Formats;
using Fathom.Models.Tracing;
using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

/// <summary>Files of reference values made from the model itself, with what the library says put in or spoilt.</summary>
public sealed class ReferenceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LanguageModel _model = TinyModels.Load("llama");

    [Fact]
    public void Labels_say_which_tokens_count()
    {
        long[] tokens = [5, 9, 17, 33, 8, 21];
        var likelihoods = _model.GetLogProbabilities(Narrow(tokens));
        var answer = (float)-(likelihoods[2] + likelihoods[3] + likelihoods[4]) / 3;
        long[] labels = [-100, -100, -100, 33, 8, 21];
        Assert.Equal([("loss", true)], Compared(tokens, labels, answer));
        Assert.Equal([("loss", false)], Compared(tokens, labels, (float)-likelihoods.Average()));
        Assert.Equal([("loss", true)], Compared(tokens, tokens, (float)-likelihoods.Average()));
        Assert.Empty(Compared(tokens, [-100, -100, -100, 33, 8, 22], answer));
        Assert.Empty(Compared(tokens, [-100, -100, -100, -100, -100, -100], answer));
    }

    [Theory]
    [InlineData(-100, true)]
    [InlineData(0, false)]
    public void A_loss_that_counts_padding_is_left_out(long padding, bool compared)
    {
        var loss = (float)-_model.GetLogProbabilities(new[] { 5, 9, 17 }).Average();
        var bundle = new TensorBundle().Add("input_ids", new long[] { 5, 9, 17, 0 }, 1, 4).Add("attention_mask", new long[] { 1, 1, 1, 0 }, 1, 4)
            .Add("labels", [5, 9, 17, padding], 1, 4).AddScalar("loss", loss);
        var report = Verify(bundle);
        Assert.Equal(compared, report.Passed);
        Assert.Equal(!compared, report.NotCompared.Any(left => left.Name == "loss" && left.Reason.Contains("padding", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_row_of_padding_is_refused() =>
        Refused("row 1 of 'attention_mask'", new TensorBundle().Add("input_ids", new long[] { 5, 9, 7, 7 }, 2, 2).Add("attention_mask", new long[] { 1, 1, 0, 0 }, 2, 2).Add("generated.1", new long[] { 7, 7 }, 2));

    [Fact]
    public void A_generated_token_outside_the_vocabulary_is_refused() =>
        Refused("token id 2147483647", new TensorBundle().Add("input_ids", new long[] { 5, 9 }, 1, 2).Add("generated.0", new long[] { 5, 9, int.MaxValue }, 3));

    [Fact]
    public void A_target_that_is_never_fed_is_checked()
    {
        Assert.Contains("token id 1000000", Assert.Throws<FathomException>(() => _model.GetLogProbabilities(new[] { 5, 9, 1_000_000 }, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("token id 1000000", Assert.Throws<FathomException>(() => _model.GetDropoutLogProbabilities([5, 9], [1_000_000])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_are_compared_one_by_one_and_the_rest_is_named()
    {
        int[] prompt = [5, 9, 17];
        var trace = new Tracer(_model, new TracerOptions { Poolings = [], MaxNewTokens = 4, StopAtEndTokens = false }).Run([new TraceInput { Index = 0, Text = "", PromptTokens = prompt }]).Single();
        var steps = trace.OutputTokens.Select((id, i) => string.Create(
            CultureInfo.InvariantCulture, $"{{\"id\":{id},\"logprob\":{trace.LogProbabilities[i]:r},\"entropy\":{trace.Entropies[i]:r},\"max_probability\":{trace.MaxProbabilities[i]:r}}}"));
        var logits = _model.GetHiddenStates(prompt, LogitPositions.Last).Logits;
        var best = logits.Index().OrderByDescending(pair => pair.Item).Take(3).ToArray();
        var json = $"{{\"prompts\":[{{\"ids\":[5,9,17]}}],\"greedy\":[{{\"prompt\":0,\"tokens\":[{string.Join(",", steps)}]}}]}}";

        var report = Prompts(json, [.. best.Select(pair => (long)pair.Index)], [.. best.Select(pair => pair.Item)]);
        Assert.True(report.Passed);
        Assert.Equal(["top64_ids", "top64_logits", "greedy.0.tokens", "greedy.0.log_probabilities", "greedy.0.entropies", "greedy.0.max_probabilities"], report.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([("other", "not known")], report.NotCompared);

        var worst = logits.Index().MinBy(pair => pair.Item);
        Assert.Equal(["top64_ids"], Failed(Prompts(json, [best[0].Index, best[1].Index, worst.Index], [best[0].Item, best[1].Item, worst.Item])));
        Assert.Equal(["top64_logits"], Failed(Prompts(json, [.. best.Select(pair => (long)pair.Index)], [best[0].Item, best[1].Item, best[2].Item + 1])));
        Assert.Equal(["greedy.0.entropies"], Failed(Prompts(json.Replace("\"entropy\":", "\"entropy\":1", StringComparison.Ordinal), [best[0].Index], [best[0].Item])));
        Assert.Contains("golden.json", Assert.Throws<FathomException>(() => Prompts(json.Replace("\"prompt\":0", "\"prompt\":7", StringComparison.Ordinal), [1], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("top64_ids", Assert.Throws<FathomException>(() => Prompts(json, [1_000_000], [1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-dynamic-rope")]
    public void A_file_with_an_odd_tensor_is_compared_or_refused_in_one_line(string name)
    {
        using var model = TinyModels.Load(name);
        foreach (var odd in Odd(TinyModels.Golden(name))) Judge(odd, () => new ReferenceVerifier(model).Verify(_folder.Sub("golden.safetensors")));
    }

    [SharedFact("golden/hf")]
    public void A_file_of_a_classifier_with_an_odd_tensor_is_compared_or_refused_in_one_line()
    {
        using var model = TinyModels.Load("llama-seqcls");
        foreach (var odd in Odd(SharedFolder.Path("golden/hf/llama-seqcls/golden.safetensors"))) Judge(odd, () => new ReferenceVerifier(model).Verify(_folder.Sub("golden.safetensors")));
    }

    [Fact]
    public void A_file_of_packed_sequences_with_an_odd_tensor_is_compared_or_refused_in_one_line()
    {
        using var model = TinyModels.Load("llama-gqa-tied");
        foreach (var odd in Odd(SharedFolder.Golden("training/llama-gqa-tied-packing.safetensors"))) Judge(odd, () => new ReferenceVerifier(model).Verify(_folder.Sub("golden.safetensors")));
    }

    [Fact]
    public void A_file_of_an_encoder_with_an_odd_tensor_is_compared_or_refused_in_one_line()
    {
        foreach (var name in new[] { "bert", "deberta-v3" })
        {
            using var model = Encoders.EncoderModels.Load(name);
            foreach (var odd in Odd(Encoders.EncoderModels.Golden(name))) Judge(odd, () => new EncoderVerifier(model).Verify(_folder.Sub("golden.safetensors")));
        }

        using var both = Models.Encoders.TextToText.TextToTextModel.Load(Encoders.EncoderModels.Folder("t5"), new LoadOptions { Threads = 1 });
        foreach (var odd in Odd(Encoders.EncoderModels.Golden("t5"))) Judge(odd, () => new TextToTextVerifier(both).Verify(_folder.Sub("golden.safetensors")));
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private static int[] Narrow(long[] tokens) => [.. tokens.Select(token => (int)token)];

    // An odd tensor is refused, or it fails or is named as not compared; another shape of as many numbers may do.
    private static void Judge(string odd, Func<ReferenceReport> verify)
    {
        try
        {
            var report = verify();
            if (odd.EndsWith("another name", StringComparison.Ordinal) || odd.EndsWith("another type", StringComparison.Ordinal)) Assert.True(!report.Passed || report.NotCompared.Count > 0, odd);
        }
        catch (FathomException refused)
        {
            Assert.DoesNotContain('\n', refused.Message);
        }
        catch (Exception failure)
        {
            Assert.Fail($"{odd}: {failure}");
        }
    }

    private IEnumerable<string> Odd(string golden) =>
        OddSafetensors.Copies(golden, _folder.Sub("golden.safetensors"), OddSafetensors.Names(golden).Where(name => !name.StartsWith("grad.", StringComparison.Ordinal)));

    private static IEnumerable<string> Failed(ReferenceReport report) => report.Tensors.Where(tensor => !tensor.Passed).Select(tensor => tensor.Name);

    private IEnumerable<(string Name, bool Passed)> Compared(long[] tokens, long[] labels, float loss)
    {
        var report = Verify(new TensorBundle().Add("input_ids", tokens, 1, tokens.Length).Add("labels", labels, 1, tokens.Length).AddScalar("loss", loss));
        return report.Tensors.Select(tensor => (tensor.Name, tensor.Passed));
    }

    private ReferenceReport Prompts(string json, long[] ids, float[] logits)
    {
        File.WriteAllText(_folder.Sub("golden.json"), json);
        return Verify(new TensorBundle().Add("top64_ids", ids, 1, ids.Length).Add("top64_logits", logits, 1, logits.Length).AddScalar("other", 1f));
    }

    private void Refused(string expected, TensorBundle bundle) => Assert.Contains(expected, Assert.Throws<FathomException>(() => Verify(bundle)).Message, StringComparison.Ordinal);

    private ReferenceReport Verify(TensorBundle bundle)
    {
        SafetensorsWriter.Save(_folder.Sub("golden.safetensors"), bundle);
        return new ReferenceVerifier(_model).Verify(_folder.Sub("golden.safetensors"));
    }
}
