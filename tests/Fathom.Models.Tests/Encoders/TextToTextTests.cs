using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Generation;
using Fathom.Models.Verification;
using Fathom.Tensors;

namespace Fathom.Models.Tests.Encoders;

public sealed class TextToTextTests
{
    [Fact]
    public void Every_tensor_of_the_reference_is_met() => Check("t5");

    [SharedFact("golden/hf/flan-t5")]
    public void Every_tensor_of_the_gated_untied_reference_is_met() => Check("flan-t5");

    [Fact]
    public void The_encoder_alone_gives_the_same_states()
    {
        using var whole = Load("t5");
        using var encoder = EncoderModels.Load("t5");
        int[] tokens = [5, 9, 100, 7, 1];
        var states = whole.GetStates(tokens, new[] { 0 });
        Assert.Equal(states.Encoder.Entries, encoder.Encode(new EncoderInput(tokens), EncoderParts.AllStates).Entries);
    }

    [Fact]
    public void Greedy_generation_follows_the_logits_and_does_not_depend_on_the_batch()
    {
        using var model = Load("t5");
        int[][] inputs = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Range(0, 3 + i * 7).Select(j => (i * 31 + j * 17) % 126 + 2).ToArray())];
        var options = new GenerationOptions { MaxNewTokens = 12 };
        var together = model.Generate(inputs, options);
        for (var i = 0; i < inputs.Length; i++)
        {
            var alone = Assert.Single(model.Generate([inputs[i]], options));
            Assert.Equal(alone.Tokens, together[i].Tokens);
            Assert.Equal(alone.LogProbabilities, together[i].LogProbabilities);
            Assert.Equal(alone.Tokens[^1] == 1 ? FinishReason.EndToken : FinishReason.Length, alone.Finish);
            var states = model.GetStates(inputs[i], alone.Tokens.Prepend(0).SkipLast(1).ToArray());
            for (var step = 0; step < alone.Tokens.Length; step++)
            {
                var logits = states.Logits.AsSpan(step * 128, 128);
                Assert.Equal(alone.Tokens[step], logits.IndexOf(logits.ToArray().Max()));
            }
        }
    }

    [Fact]
    public void What_is_drawn_follows_from_seed_and_place_alone()
    {
        using var model = Load("t5");
        int[][] inputs = [[5, 9, 100, 1], [7, 1], [8, 8, 8, 1]];
        var options = new GenerationOptions { MaxNewTokens = 8, Temperature = 1, TopK = 50, Seed = 4, StopAtEndTokens = false };
        var heard = new List<(int, int)>();
        var first = model.Generate(inputs, options, token => heard.Add((token.Index, token.Id)));
        Assert.Equal(first.Select(one => one.Tokens), model.Generate(inputs, options).Select(one => one.Tokens));
        Assert.Equal(first[0].Tokens, model.Generate(inputs[..1], options)[0].Tokens);
        Assert.NotEqual(first[0].Tokens, model.Generate(inputs, options with { Seed = 5 })[0].Tokens);
        Assert.All(first, one => Assert.Equal(8, one.Tokens.Length));
        Assert.Equal(first[1].Tokens, heard.Where(token => token.Item1 == 1).Select(token => token.Item2));
        Assert.Contains("text 1 has no tokens", Assert.Throws<FathomException>(() => model.Generate([[5, 1], []])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_by_token_threads_and_vectors_change_no_bit()
    {
        int[] tokens = [.. Enumerable.Range(0, 70).Select(i => i * 13 % 126 + 2)], fed = [.. Enumerable.Range(0, 80).Select(i => i * 29 % 128)];
        using var scalar = Device.Cpu(new CpuOptions { Threads = 1, VectorBits = 0 });
        using var reference = Load("t5", scalar);
        var expected = reference.GetStates(tokens, fed);
        foreach (var (bits, threads) in new[] { (128, 1), (Device.WidestVectorBits(), 2) })
        {
            using var device = Device.Cpu(new CpuOptions { Threads = threads, VectorBits = bits });
            using var model = Load("t5", device);
            foreach (var chunk in new[] { int.MaxValue, 7, 1 })
            {
                var states = model.GetStates(tokens, fed, chunk);
                Assert.Equal(expected.Logits, states.Logits);
                Assert.Equal(expected.DecoderEntries, states.DecoderEntries);
                Assert.Equal(expected.Encoder.Entries, states.Encoder.Entries);
            }
        }
    }

    [Fact]
    public void An_encoder_writes_no_text()
    {
        Assert.Contains("writes no text", Assert.Throws<FathomException>(() => TextToTextModel.Load(EncoderModels.Folder("bert"))).Message, StringComparison.Ordinal);
        Assert.True(TextToTextModel.CanLoad(EncoderModels.Folder("t5")));
        Assert.False(TextToTextModel.CanLoad(EncoderModels.Folder("bert")));
        Assert.False(TextEncoder.CanLoad(TinyModels.Folder("llama")));
    }

    private static TextToTextModel Load(string name, Device? device = null) =>
        TextToTextModel.Load(EncoderModels.Folder(name), new LoadOptions { Device = device, Threads = device is null ? 1 : null });

    private static void Check(string name)
    {
        using var model = Load(name);
        var report = new TextToTextVerifier(model, new ReferenceTolerance { LogitsAbsolute = 0 }).Verify(EncoderModels.Golden(name));
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
        Assert.All(["encoder_hidden_states.2", "decoder_hidden_states.2", "logits", "loss", "ranker.score", "ranker.loss", "relative_bucket_table.32_128.decoder"], tensor => Assert.Contains(report.Tensors, made => made.Name == tensor));
        Assert.All(report.NotCompared, left => Assert.StartsWith("grad.", left.Name, StringComparison.Ordinal));
    }
}
