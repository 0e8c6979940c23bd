using System.Text.Json.Nodes;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>class_conditional</c>: cosines and nearest neighbours through the detectors, whose states are fp32.</summary>
public sealed class BankTests
{
    [Fact]
    public void CosineAndNearestNeighbours()
    {
        var data = Golden.Json("ood.json")["class_conditional"]!;
        DetectorDefinition[] definitions = [new CosineDetector(), new NearestNeighboursDetector(1, name: "nearest"), new MahalanobisDetector(CovarianceRule.LedoitWolf), new ClassMeanCosineDetector(), new CosineDetector(name: "top2") { Top = 2 }, new NearestNeighboursDetector(1, name: "raw1") { Normalised = false }, new NearestNeighboursDetector(2, name: "raw2") { Normalised = false }];
        var bank = Traces(data["bank"]!, Golden.Numbers(data["labels"]));
        var set = DetectorFitter.Fit(definitions, new TraceOrigin { ModelFingerprint = "golden", Layers = 1, Width = 3 }, bank);
        var queries = Traces(data["queries"]!, new double[4]);
        Golden.Near(Golden.Numbers(data["cosine_score_max"]), [.. queries.Select(query => -set["cosine"].Score(query))], 1e-6, "cosine");
        Golden.Near(Golden.Numbers(data["knn_normalised_k1_score(-d)"]), [.. queries.Select(query => -set["nearest"].Score(query))], 1e-6, "nearest");
        Golden.Near(Golden.Numbers(data["ledoit_wolf"]!["maha_score"]), [.. queries.Select(query => -set["mahalanobis_ledoit_wolf"].Score(query))], 1e-5, "Ledoit-Wolf");
        Golden.Near(Golden.Numbers(data["cosine_to_nearest_class_mean"]), [.. queries.Select(query => -set["cosine_class_mean"].Score(query))], 1e-6, "class mean");
        Golden.Near(Golden.Numbers(data["cosine_score_mean_top2"]), [.. queries.Select(query => -set["top2"].Score(query))], 1e-6, "two largest");
        Golden.Near(Golden.Numbers(data["knn_euclid_k1_score(-d)"]), [.. queries.Select(query => -set["raw1"].Score(query))], 1e-6, "raw, k = 1");
        Golden.Near(Golden.Numbers(data["knn_euclid_k2_score(-d_k)"]), [.. queries.Select(query => -set["raw2"].Score(query))], 1e-6, "raw, k = 2");
        var cosines = set["cosine"].Explain(queries[1]).Contributions;
        Golden.Near([.. Golden.Numbers(data["cosine_matrix"]![1]).OrderDescending().Take(5)], [.. cosines.Select(part => part.Value)], 1e-6, "neighbours");
    }

    private static Trace[] Traces(JsonNode rows, double[] labels) =>
    [
        .. rows.AsArray().Select((row, i) => new Trace
        {
            Index = i,
            Text = "",
            Label = $"{labels[i]}",
            Output = "",
            PromptTokens = [1],
            OutputTokens = [1],
            LogProbabilities = [0],
            MaxProbabilities = [1],
            Entropies = [0],
            States = new Dictionary<Pooling, PooledStates>
            {
                [Pooling.PromptLast] = new PooledStates(2, 3, [0, 0, 0, .. Golden.Numbers(row).Select(value => (float)value)]),
            },
        }),
    ];
}
