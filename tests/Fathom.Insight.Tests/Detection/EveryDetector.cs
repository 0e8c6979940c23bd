using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Tests.Detection;

/// <summary>The detectors of the contract suite: all the registry knows, and variants of their settings.</summary>
public sealed class EveryDetector : TheoryData<string>
{
    private static readonly Dictionary<string, DetectorDefinition> Definitions = Make();

    public EveryDetector()
    {
        foreach (var name in Definitions.Keys)
        {
            Add(name);
        }
    }

    public static DetectorDefinition Get(string name) => Definitions[name];

    private static Dictionary<string, DetectorDefinition> Make()
    {
        var definitions = DetectorRegistry.Parse(string.Join(',', DetectorRegistry.Known)).ToList();
        definitions.Add(new TvDetector(TvOptions.Paper(2) with { VarianceRule = VarianceRule.Empirical }, "tv2_empirical"));
        definitions.Add(new TvDetector(TvOptions.Paper(1) with { VarianceRule = VarianceRule.IndependentC2, FirstLayer = 0, Distance = LayerDistance.Mahalanobis }, "tv1_independent"));
        definitions.Add(new TvDetector(TvOptions.Paper(0) with { Pooling = Pooling.PromptLast, Decimals = 3 }, "tv0_rounded"));
        definitions.Add(new EmbeddingDetector(Pooling.PromptLast, 1e-3));
        definitions.Add(new CosineDetector(Pooling.OutputTokens, "cosine_output"));
        definitions.Add(new CosineDetector(Pooling.SentenceMean, "cosine_top3") { Top = 3 });
        definitions.Add(new NearestNeighboursDetector(2, Pooling.SentenceLast, "knn_euclidean") { Normalised = false });
        definitions.Add(new CombinedDetector(DetectorRegistry.Parse("cosine,tv0")));
        definitions.Add(new CombinedDetector(DetectorRegistry.Parse("msp,length,mahalanobis_ledoit_wolf,knn"), "combined_four"));
        return definitions.ToDictionary(definition => definition.Name);
    }
}
