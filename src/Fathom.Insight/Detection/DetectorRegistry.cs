namespace Fathom.Insight.Detection;

/// <summary>Detectors by the names users type.</summary>
public static class DetectorRegistry
{
    private const int HighestOrder = 5;

    private static readonly SortedDictionary<string, Func<DetectorDefinition>> Makers = Fill();

    private static readonly string[] Standard =
        ["tv0", "tv1", "tv2", "tv3", "tv4", "tv5", "msp", "perplexity", "input_embedding", "output_embedding", "cosine"];

    private static readonly Dictionary<string, string[]> Groups = new(StringComparer.Ordinal)
    {
        ["all"] = Standard,
        ["tv"] = [.. Enumerable.Range(0, HighestOrder + 1).Select(order => $"tv{order}")],
        ["labelled"] = ["cosine", "cosine_whitened", "knn", "mahalanobis", "mahalanobis_ridge", "mahalanobis_ledoit_wolf"],
        ["tv_ledoit_wolf"] = [.. Enumerable.Range(0, HighestOrder + 1).Select(order => $"tv{order}_ledoit_wolf")],
        ["tv_ridge"] = [.. Enumerable.Range(0, HighestOrder + 1).Select(order => $"tv{order}_ridge")],
        ["logits"] = ["softmax", "energy", "full_softmax", "entropy"],
        ["tv_reference"] = [.. Enumerable.Range(0, HighestOrder + 1).Select(order => $"tv{order}_reference")],
    };

    /// <summary>Every detector's name, then the names of groups.</summary>
    public static IReadOnlyList<string> Known => [.. Makers.Keys, .. Groups.Keys];

    /// <summary>The detectors of <c>all</c>, in the order of tables and files.</summary>
    public static IReadOnlyList<DetectorDefinition> All => Parse("all");

    /// <summary>Definitions for a comma list of names and groups, in its order, without repeats.</summary>
    /// <exception cref="FathomException">A name is unknown (the message lists the known ones), or none is given.</exception>
    public static IReadOnlyList<DetectorDefinition> Parse(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var definitions = new List<DetectorDefinition>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var members = Groups.TryGetValue(word, out var group) ? group : [word];
            foreach (var name in members)
            {
                if (seen.Add(name))
                {
                    definitions.Add(Create(name));
                }
            }
        }

        return definitions.Count > 0 ? definitions : throw new FathomException($"no detector is named; known are {string.Join(", ", Known)}");
    }

    /// <summary>The definition of one name with default settings.</summary>
    /// <exception cref="FathomException">The name is unknown.</exception>
    public static DetectorDefinition Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Makers.TryGetValue(name, out var make)
            ? make()
            : throw new FathomException($"detector '{name}' is unknown; known are {string.Join(", ", Known)}");
    }

    internal static DetectorDefinition Read(string kind, string name, SettingsReader settings) => kind switch
    {
        "tv" => TvDetector.Read(name, settings),
        "msp" => MspDetector.Read(name, settings),
        "perplexity" => PerplexityDetector.Read(name, settings),
        "embedding" => EmbeddingDetector.Read(name, settings),
        "cosine" => CosineDetector.Read(name, settings),
        "cosine_class_mean" => ClassMeanCosineDetector.Read(name, settings),
        "cosine_whitened" => WhitenedCosineDetector.Read(name, settings),
        "mahalanobis" => MahalanobisDetector.Read(name, settings),
        "knn" => NearestNeighboursDetector.Read(name, settings),
        "mc_dropout" => McDropoutDetector.Read(name, settings),
        "logits" => LogitDetector.Read(name, settings),
        "length" => LengthDetector.Read(name, settings),
        "combined" => CombinedDetector.Read(name, settings),
        _ => throw new FathomException($"detector '{name}' is of kind '{kind}', which this version of Fathom does not know"),
    };

    internal static bool IsName(string name) =>
        name.Length is >= 1 and <= 64 && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');

    private static SortedDictionary<string, Func<DetectorDefinition>> Fill()
    {
        var makers = new SortedDictionary<string, Func<DetectorDefinition>>(StringComparer.Ordinal)
        {
            ["msp"] = static () => new MspDetector(),
            ["msp_min"] = static () => new MspDetector(MspVariant.Min),
            ["msp_product"] = static () => new MspDetector(MspVariant.Product),
            ["perplexity"] = static () => new PerplexityDetector(),
            ["input_embedding"] = static () => new EmbeddingDetector(Models.Tracing.Pooling.PromptMean),
            ["output_embedding"] = static () => new EmbeddingDetector(Models.Tracing.Pooling.OutputTokens),
            ["cosine"] = static () => new CosineDetector(),
            ["cosine_class_mean"] = static () => new ClassMeanCosineDetector(),
            ["cosine_whitened"] = static () => new WhitenedCosineDetector(),
            ["knn"] = static () => new NearestNeighboursDetector(),
            ["mahalanobis"] = static () => new MahalanobisDetector(),
            ["mahalanobis_ridge"] = static () => new MahalanobisDetector(CovarianceRule.Ridge),
            ["mahalanobis_ledoit_wolf"] = static () => new MahalanobisDetector(CovarianceRule.LedoitWolf),
            ["input_embedding_ledoit_wolf"] = static () => new MahalanobisDetector(CovarianceRule.LedoitWolf, Models.Tracing.Pooling.PromptMean, labelled: false, name: "input_embedding_ledoit_wolf"),
            ["output_embedding_ledoit_wolf"] = static () => new MahalanobisDetector(CovarianceRule.LedoitWolf, Models.Tracing.Pooling.OutputTokens, labelled: false, name: "output_embedding_ledoit_wolf"),
            ["prompt_last_ledoit_wolf"] = static () => new MahalanobisDetector(CovarianceRule.LedoitWolf, Models.Tracing.Pooling.PromptLast, labelled: false, name: "prompt_last_ledoit_wolf"),
            ["input_embedding_ridge"] = static () => new MahalanobisDetector(CovarianceRule.Ridge, Models.Tracing.Pooling.PromptMean, labelled: false, name: "input_embedding_ridge"),
            ["output_embedding_ridge"] = static () => new MahalanobisDetector(CovarianceRule.Ridge, Models.Tracing.Pooling.OutputTokens, labelled: false, name: "output_embedding_ridge"),
            ["mc_dropout"] = static () => new McDropoutDetector(),
            ["softmax"] = static () => new LogitDetector(LogitScore.Softmax),
            ["softmax_classes"] = static () => new LogitDetector(LogitScore.SoftmaxClasses),
            ["energy"] = static () => new LogitDetector(LogitScore.Energy),
            ["full_softmax"] = static () => new LogitDetector(LogitScore.FullSoftmax),
            ["entropy"] = static () => new LogitDetector(LogitScore.Entropy),
            ["length"] = static () => new LengthDetector(),
        };
        for (var k = 0; k <= HighestOrder; k++)
        {
            var order = k;
            makers.Add($"tv{order}", () => new TvDetector(TvOptions.Paper(order)));
            makers.Add($"tv{order}_ledoit_wolf", () => new TvDetector(TvOptions.Paper(order) with { Covariance = LayerCovarianceRule.LedoitWolf }));
            makers.Add($"tv{order}_ridge", () => new TvDetector(TvOptions.Paper(order) with { Covariance = LayerCovarianceRule.Ridge }));
            makers.Add($"tv{order}_reference", () => new TvDetector(TvOptions.Reference(order)));
        }

        return makers;
    }
}
