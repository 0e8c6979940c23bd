using Fathom.Models.Generation;
using Fathom.Models.Tracing;

namespace Fathom.Models.Tests;

public sealed class ClassLogitTests
{
    private static readonly int[] Classes = [7, 3, 20];

    [Fact]
    public void The_logits_after_the_prompt_are_kept_the_same_in_any_batch()
    {
        using var model = TinyModels.Load("llama-gqa-tied");
        var inputs = Enumerable.Range(0, 7).Select(i => Input(model, i, 2 + i * 5)).ToArray();
        var alone = inputs.Select(input => Run(model, [input])[0]).ToArray();
        var together = Run(model, inputs, new BatchOptions { MaxTokensPerPass = 9 });
        for (var i = 0; i < alone.Length; i++)
        {
            Assert.Equal(alone[i].ClassLogits, together[i].ClassLogits);
            Assert.Equal(alone[i].PromptLogSumExp, together[i].PromptLogSumExp);
            Assert.Equal(3, alone[i].ClassLogits!.Length);
            Assert.All(alone[i].ClassLogits!, logit => Assert.True(logit <= alone[i].PromptLogSumExp));

            // Were the token that was generated a class, its logit would give its probability.
            var token = alone[i].OutputTokens[0];
            var own = Run(model, [inputs[i]], classes: [token])[0];
            Assert.Equal(alone[i].LogProbabilities[0], own.ClassLogits![0] - own.PromptLogSumExp!.Value, 1e-6);
        }
    }

    [Fact]
    public void The_store_keeps_them()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModels.Load("llama");
        var traces = Run(model, Enumerable.Range(0, 4).Select(i => Input(model, i, 3 + i)));
        using (var store = TraceStore.Open(folder.Sub("a"), 4, new Dictionary<string, string>(), 3))
        {
            store.Add(traces[0]);
            store.Add(traces[3]);
        }

        using var again = TraceStore.Open(folder.Sub("a"), 4, new Dictionary<string, string>(), 3);
        Assert.Equal(traces[3].ClassLogits, again.Read().Last().ClassLogits);
        foreach (var trace in traces[1..3]) again.Add(trace);
        Assert.Equal(traces.Select(TraceRecord.Write), again.Read().Select(TraceRecord.Write));
        Assert.Equal(traces[1].PromptLogSumExp, again.Read().Skip(1).First().PromptLogSumExp);
        using var mixed = TraceStore.Open(folder.Sub("b"), 2, new Dictionary<string, string>());
        mixed.Add(traces[0] with { ClassLogits = null, PromptLogSumExp = null });
        Assert.Contains("class logits", Assert.Throws<FathomException>(() => mixed.Add(traces[1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sentences_end_where_the_template_goes_on()
    {
        using var model = TinyModels.Load("llama");
        var ids = Prompts.Ids(model, 1, 12);
        Trace With(int[] prompt, int suffix, Pooling pooling) =>
            new Tracer(model, new TracerOptions { MaxNewTokens = 1, Poolings = [pooling], Batch = new BatchOptions { MaxTokensPerPass = 5 } }).Run([new TraceInput { Index = 0, Text = "", PromptTokens = prompt, SuffixTokens = suffix }]).Single();
        Assert.Equal(With(ids[..8], 0, Pooling.PromptMean).States[Pooling.PromptMean].Values, With(ids, 4, Pooling.SentenceMean).States[Pooling.SentenceMean].Values);
        Assert.Equal(With(ids[..8], 0, Pooling.PromptLast).States[Pooling.PromptLast].Values, With(ids, 4, Pooling.SentenceLast).States[Pooling.SentenceLast].Values);
        Assert.Equal(With(ids, 0, Pooling.PromptLast).States[Pooling.PromptLast].Values, With(ids, 0, Pooling.SentenceLast).States[Pooling.SentenceLast].Values);
        Assert.Contains("12 of 12", Assert.Throws<FathomException>(() => With(ids, 12, Pooling.SentenceMean)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void The_golden_sentence_pooling()
    {
        // golden/ood.json, "llmood_pooling": the row without its padding, seven tokens of suffix.
        float[] rows = [1, 0, 2, 1, 3, 5, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 1, 1];
        var pooler = new StatePooler([Pooling.SentenceMean, Pooling.SentenceLast, Pooling.PromptLast], 1, 2, 1, suffix: 7);
        fixed (float* states = rows)
        {
            pooler.AddPrompt(0, states, 0, 4, 9);
            pooler.AddPrompt(0, states + 8, 4, 5, 9);
        }

        var result = pooler.Result("sample 0");
        Assert.Equal([1.5f, 0.5f], result[Pooling.SentenceMean].Values);
        Assert.Equal([2f, 1f], result[Pooling.SentenceLast].Values);
        Assert.Equal([1f, 1f], result[Pooling.PromptLast].Values);
    }

    [Fact]
    public void Class_tokens_follow_the_prompt_and_differ()
    {
        // A tokenizer of letters in which "th" is one token.
        static int[] Encode(string text) => [1, .. text.Replace("th", "\u0001", StringComparison.Ordinal).Select(c => (int)c)];
        Assert.Equal(['b', 'c'], ClassTokens.Find(Encode, "x: ", ["bank", "card"]).Select(token => (char)token));
        Assert.Contains("'bank' and 'bill'", Assert.Throws<FathomException>(() => ClassTokens.Find(Encode, "x: ", ["bank", "bill"])).Message, StringComparison.Ordinal);
        Assert.Contains("'hotel'", Assert.Throws<FathomException>(() => ClassTokens.Find(Encode, "x: t", ["hotel"])).Message, StringComparison.Ordinal);
        Assert.Contains("''", Assert.Throws<FathomException>(() => ClassTokens.Find(Encode, "x: ", [""])).Message, StringComparison.Ordinal);
        Assert.Equal(3, PromptSuffix.Length(Encode("some\n\nA"), Encode("some")));
        Assert.Equal(2, PromptSuffix.Length(Encode("somethx"), Encode("somet")));
        using var model = TinyModels.Load("llama");
        Assert.Contains("first token", Assert.Throws<FathomException>(() => new Tracer(model, new TracerOptions { ClassTokens = [4, 4] })).Message, StringComparison.Ordinal);
        Assert.Contains("vocabulary", Assert.Throws<FathomException>(() => new Tracer(model, new TracerOptions { ClassTokens = [model.Config.Vocabulary] })).Message, StringComparison.Ordinal);
    }

    private static TraceInput Input(LanguageModel model, int index, int length) => new() { Index = index, Text = "", PromptTokens = Prompts.Ids(model, index, length) };

    private static Trace[] Run(LanguageModel model, IEnumerable<TraceInput> inputs, BatchOptions? batch = null, int[]? classes = null) =>
        [.. new Tracer(model, new TracerOptions { MaxNewTokens = 2, ClassTokens = classes ?? Classes, Batch = batch ?? new() }).Run(inputs)];
}
