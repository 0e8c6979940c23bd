using Fathom.Insight.Detection;

namespace Fathom.Insight.Tests.Detection;

public sealed class LogitDetectorTests
{
    [Fact]
    public void ClassLogitsMustBeThereAndBeOfTheSameTask()
    {
        var traces = TraceFactory.Many(10, 1);
        var set = DetectorFitter.Fit(DetectorRegistry.Parse("softmax,energy,full_softmax,entropy"), TraceFactory.Origin, traces);
        Assert.True(set.NeedsClassLogits);
        Assert.Contains("no class logits", Assert.Throws<FathomException>(() => set["energy"].Score(traces[3] with { ClassLogits = null })).Message, StringComparison.Ordinal);
        Assert.Contains("2 class logits for 3", Assert.Throws<FathomException>(() => set["softmax"].Score(traces[3] with { ClassLogits = [1, 2] })).Message, StringComparison.Ordinal);
        Assert.Contains("prompt_log_sum_exp", Assert.Throws<FathomException>(() => set["softmax"].Score(traces[3] with { PromptLogSumExp = null })).Message, StringComparison.Ordinal);
        Assert.Contains("class_tokens", Assert.Throws<FathomException>(() => set.EnsureOrigin(TraceFactory.Origin with { ClassTokens = "1,2,3" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClassTokensAreCheckedBeforeTheFit()
    {
        static void Wrong(string tokens, string message) =>
            Assert.Contains(message, Assert.Throws<FathomException>(() => new DetectorFitter(DetectorRegistry.Parse("softmax"), TraceFactory.Origin with { ClassTokens = tokens })).Message, StringComparison.Ordinal);
        Wrong("", "class");
        Wrong("3,x", "joined by commas");
        Wrong("3,4,3", "own first token");

        // What looks at the whole vocabulary needs none.
        Assert.Equal(2, DetectorFitter.Fit(DetectorRegistry.Parse("full_softmax,entropy"), TraceFactory.Origin with { ClassTokens = "" }, TraceFactory.Many(3, 1)).Names.Count);
    }

    [Fact]
    public void SharesOfTheVocabularyAndOfTheClasses() => Forall.Random(random =>
    {
        double[] logits = [.. Enumerable.Range(0, 2 + random.NextInt32(6)).Select(_ => 30 * random.NextNormal())];
        var all = ClassLogits.LogSumExp([.. logits, .. Enumerable.Repeat(-1.0, 50)]);
        Assert.True(ClassLogits.Softmax(logits, all) <= ClassLogits.SoftmaxOverClasses(logits));
        Assert.Equal(1, ClassLogits.Probabilities(logits).Sum(), 1e-12);
        Assert.InRange(ClassLogits.Entropy(logits), -1e-12, Math.Log(logits.Length) + 1e-12);
        Assert.InRange(ClassLogits.Energy(logits), ClassLogits.Largest(logits), ClassLogits.Largest(logits) + Math.Log(logits.Length) + 1e-9);

        // A common shift moves the energy alone.
        double[] shifted = [.. logits.Select(logit => logit + 7)];
        Assert.Equal(ClassLogits.Energy(logits) + 7, ClassLogits.Energy(shifted), 1e-9);
        Assert.Equal(ClassLogits.SoftmaxOverClasses(logits), ClassLogits.SoftmaxOverClasses(shifted), 1e-9);
    });
}
