using Fathom.Formats;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class DataTests
{
    [Theory]
    [InlineData(4, null)]
    [InlineData(null, 30)]
    public void EverySampleComesOnceAPass(int? sequences, int? tokens)
    {
        var samples = TinyRun.Samples(23);
        var batches = new TokenBatches(samples, new TokenBatchOptions { Sequences = sequences, Tokens = tokens, MaxTokensPerMicroBatch = 20, Seed = 3 });
        var orders = new List<string>();
        for (var (at, epoch) = (default(DataCursor), 0); epoch < 2; epoch++)
        {
            var seen = new List<string>();
            while (at.Epoch == epoch)
            {
                var (parts, next) = batches.Take(at);
                Assert.Equal(next, batches.Skip(at));
                Assert.All(parts, part => Assert.True(part.Ids.Length <= 20 || part.Segments.Length == 1));
                Assert.True(tokens is null || parts.Sum(part => part.Ids.Length) <= tokens);
                seen.AddRange(parts.SelectMany(part => part.Segments.Select(segment => string.Join(' ', part.Ids.Skip(segment.Start).Take(segment.Length)))));
                at = next;
            }

            Assert.Equal(samples.Select(sample => string.Join(' ', sample.Ids)).Order(), seen.Order());
            orders.Add(string.Join('|', seen));
        }

        Assert.NotEqual(orders[0], orders[1]);
        Assert.Equal(sequences is null ? batches.StepsOf(1) : 6, batches.StepsOf(1));
    }

    [Fact]
    public void PartsAndTheWholeHaveTheSameLossAndGradient()
    {
        using var device = new AutogradDevice(1);
        using var model = TinyRun.Model(device);
        (double Loss, float[] Gradient) Run(int maxTokens)
        {
            var loss = Accumulation.Run(model, new CausalLanguageModelling(), TinyRun.Batches(maxTokens).Take(default).Parts);
            float[] all = [.. model.Parameters.Values.SelectMany(variable => variable.Gradient.ToArray())];
            foreach (var variable in model.Parameters.Values) variable.ReleaseGradient();
            return (loss, all);
        }

        var (whole, gradient) = Run(10_000);
        var (parts, partGradient) = Run(1);
        Assert.InRange(parts / whole, 1 - 1e-6, 1 + 1e-6);
        var bound = 2e-6 * gradient.Max(Math.Abs);
        for (var i = 0; i < gradient.Length; i++) Assert.InRange(partGradient[i], gradient[i] - bound, gradient[i] + bound);
    }

    [Fact]
    public void TheBlankBeforeTheAnswerBelongsToIt()
    {
        var row = Row("How many?", "39.0", ("extra", "x"));
        Assert.Equal(("Q: How many?\nA:", " 39"), SampleTemplate.Parse(SampleTemplate.QuestionAndAnswer).Apply(row));
        Assert.Equal(("How many?", ""), SampleTemplate.Parse("{text}").Apply(row));
        Assert.Equal(("x|", "39!"), SampleTemplate.Parse("{extra}|{answer}!").Apply(row));
        Assert.Throws<FathomException>(() => SampleTemplate.Parse("no place"));
        Assert.Throws<FathomException>(() => SampleTemplate.Parse("{open"));
        Assert.Contains("'no'", Assert.Throws<FathomException>(() => SampleTemplate.Parse("{no}").Apply(row)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheAnswerIsLearntAndWhatIsTooLongIsCut()
    {
        var model = Fresh();
        SampleEncoder Encoder(LearnFrom learn, int most) => new(model.Tokenizer, SampleTemplate.Parse("{text}:{answer}"), learn, most, model.EndToken);
        var row = Row("abc", "de");
        var sample = Assert.Single(Encoder(LearnFrom.Answer, 64).Encode([row], "file"));
        Assert.Equal(4, sample.LearnFrom);
        Assert.Equal(model.EndToken, sample.Ids[^1]);
        Assert.Equal("abc:de", model.Tokenizer.Decode(sample.Ids));
        Assert.Equal(3, sample.Targets);
        Assert.Equal(6, Assert.Single(Encoder(LearnFrom.All, 64).Encode([row], "file")).Targets);
        var cut = Encoder(LearnFrom.All, 5);
        Assert.Equal(5, Assert.Single(cut.Encode([row], "file")).Ids.Length);
        Assert.Equal(1, cut.Truncated);
        Assert.Contains("file: sample 0 (line 1) has nothing to learn from", Assert.Throws<FathomException>(() => Encoder(LearnFrom.Answer, 4).Encode([row], "file")).Message, StringComparison.Ordinal);
        Assert.Contains("sample 1", Assert.Throws<FathomException>(() => new TokenBatches([new([1, 2], 1), new([1, 2], 2)], new TokenBatchOptions { Sequences = 1 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3 + 4 = 7. The answer is 7.", "1 + 6 = 7. The answer is 7.", true)]
    [InlineData("The answer is 1,200", "1200", true)]
    [InlineData("I think 5", "5.0", true)]
    [InlineData("The answer is 7. The answer is 8.", "7", false)]
    [InlineData("none", "7", false)]
    public void AnswersAreTakenFromTheText(string text, string answer, bool right) =>
        Assert.Equal(right, new AnswerAccuracy([new Problem("p", answer)]).IsRight(text, answer));

    [Fact]
    public void AnOwnPatternNeedsAGroup()
    {
        Assert.True(new AnswerAccuracy([new Problem("p", "7")], pattern: "= (\\d+)").IsRight("1 = 7", "7"));
        Assert.Throws<FathomException>(() => new AnswerAccuracy([new Problem("p", "7")], pattern: "\\d+"));
        Assert.Throws<FathomException>(() => new AnswerAccuracy([new Problem("p", "7")], pattern: "("));
        Assert.Throws<FathomException>(() => new AnswerAccuracy([]));
    }

    private static BaseModel Fresh() => BaseModel.FromScratch(
        (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse("""{"hidden_size":16,"intermediate_size":24,"num_hidden_layers":1,"num_attention_heads":2,"max_position_embeddings":64}""")!,
        ["xyz"], 300, individualDigits: true);

    private static DataRow Row(string text, string answer, params (string Name, string Value)[] more)
    {
        var fields = more.Append(("question", text)).ToDictionary(pair => pair.Item1, pair => new DataValue(pair.Item2));
        return new DataRow(0, 1, fields, text, null, answer);
    }
}
