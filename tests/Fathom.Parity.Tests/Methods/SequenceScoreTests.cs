using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>sequence_scores</c>.</summary>
public sealed class SequenceScoreTests
{
    [Fact]
    public void PerplexityMaximumProbabilityAndDropout()
    {
        var expected = Golden.Json("ood.json")["sequence_scores"]!;
        var passes = Golden.Numbers(expected["mc_dropout"]!["mean_token_logprob_per_pass"]);
        var trace = new Trace
        {
            Index = 0,
            Text = "",
            Output = "",
            PromptTokens = [1, 2],
            OutputTokens = [3, 4, 5],
            LogProbabilities = [.. Golden.Numbers(expected["token_probs_of_output"]).Select(p => Math.Log(p))],
            MaxProbabilities = Golden.Numbers(expected["max_softmax_per_step"]),
            Entropies = [0, 0, 0],
            DropoutLogProbabilities = passes,
            States = new Dictionary<Pooling, PooledStates>(),
        };
        var origin = new TraceOrigin { ModelFingerprint = "golden", Layers = 1, Width = 1 };
        var set = DetectorFitter.Fit([.. DetectorRegistry.Parse("perplexity,msp,msp_min,msp_product"), new McDropoutDetector(new DropoutOptions { Passes = passes.Length })], origin, [trace]);
        Golden.Near(Golden.Number(expected["perplexity"]), set["perplexity"].Score(trace), 1e-9, "perplexity");
        Golden.Near(Golden.Number(expected["mean_nll"]), set["perplexity"].Explain(trace).Contributions.Sum(part => part.Value), 1e-9, "mean negative log-likelihood");
        Golden.Near(-Golden.Number(expected["msp_mean"]), set["msp"].Score(trace), 1e-9, "mean");
        Golden.Near(-Golden.Number(expected["msp_min"]), set["msp_min"].Score(trace), 1e-9, "min");
        Golden.Near(-Golden.Number(expected["msp_product"]), set["msp_product"].Score(trace), 1e-9, "product");
        Golden.Near(Golden.Number(expected["mc_dropout"]!["variance_population"]), set["mc_dropout"].Score(trace), 1e-12, "variance over dropout passes");
    }
}
