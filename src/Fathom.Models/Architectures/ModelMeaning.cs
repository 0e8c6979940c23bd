using System.Globalization;
using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>What a configuration says about results, whichever file said it: equal for two configurations of the same model, however they name and lay out tensors.</summary>
internal static class ModelMeaning
{
    /// <summary>Every setting that changes results, by name.</summary>
    public static OrderedDictionary<string, string> Of(DecoderConfig config)
    {
        var meaning = new OrderedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["width"] = Text(config.Width),
            ["layers"] = Text(config.Layers),
            ["heads"] = string.Join(' ', Enumerable.Range(0, config.Layers).Select(layer => $"{config.SizesOf(layer).Heads}/{config.SizesOf(layer).KeyValueHeads}")),
            ["head width"] = Text(config.HeadDim),
            ["vocabulary"] = Text(config.Vocabulary),
            ["tied head"] = Text(config.TiedHead),
            ["attention bias"] = Text(config.AttentionBias),
            ["query, key and value bias"] = Text(config.AttentionBias || config.QueryKeyValueBias),
            ["feed-forward bias"] = Text(config.FeedForwardBias),
            ["query and key norm"] = Text(config.QueryKeyNorm),
            ["norm"] = $"{config.Norm} {Text(config.NormEpsilon)} bias {config.NormBias}",
            ["norms"] = $"{config.Names.FeedForwardNorm is not null} {config.Names.AttentionOutputNorm is not null} {config.Names.FeedForwardOutputNorm is not null} behind {config.NormsBehindSums}",
            ["parallel block"] = Text(config.ParallelBlock),
            ["activation"] = $"{config.Activation} gated {config.GatedFeedForward}",
            ["experts"] = config.Mixture is { } mixture ? $"{mixture.Experts} {mixture.PerToken} {mixture.Width} {mixture.Normalised} [{string.Join(' ', mixture.DenseLayers)}]" : "none",
            ["positions"] = $"{config.Positions} {config.PositionOffset} neighbours {config.RopeOnNeighbours} without [{string.Join(' ', config.LayersWithoutRope)}]",
            ["windows"] = string.Join(' ', config.Windows),
            ["factor on scores"] = $"{Text(config.AttentionScale == 0 ? 1 / Math.Sqrt(config.HeadDim) : config.AttentionScale)} by layer {config.AttentionScaleByLayer} cap {Text(config.AttentionSoftCap)}",
            ["other factors"] = $"{Text(config.EmbeddingScale)} {Text(config.ResidualScale)} {Text(config.LogitScale)} cap {Text(config.LogitSoftCap)}",
            ["embedding width"] = Text(config.FinalWidth),
            ["labels"] = string.Join(' ', config.Labels),
        };

        // Feed-forwards of a layer of experts are told by the experts.
        meaning["feed-forward"] = string.Join(' ', Enumerable.Range(0, config.Layers).Where(layer => config.Mixture is not { } experts || experts.DenseLayers.Contains(layer)).Select(layer => Text(config.SizesOf(layer).FeedForwardWidth)));
        if (config.Positions == PositionKind.Rotary)
        {
            meaning["rope"] = Rope(config.Rope);
            meaning["rope of windows"] = Rope(config.Windows.Any(window => window > 0) ? config.WindowRope ?? config.Rope : config.Rope);
        }

        return meaning;
    }

    private static string Rope(RopeConfig rope)
    {
        if (Llama3Divisors.Explain(rope) is { } named) rope = named;
        if (rope.Kind == RopeKind.LongRope && rope.ShortFactors!.SequenceEqual(rope.LongFactors!)) rope = rope with { Kind = RopeKind.Default, Divisors = rope.ShortFactors };
        var lengths = rope.Kind is RopeKind.LongRope or RopeKind.Dynamic ? $" {rope.OriginalMaxPositions} {rope.MaxPositions}" : "";
        var frequencies = RopeFrequencies.Compute(rope, 1);
        var longer = rope.Kind == RopeKind.LongRope ? string.Join(' ', rope.LongFactors!.Select(factor => Text(factor))) : "";
        return $"{Text(rope.AttentionFactor)}{lengths} {string.Join(' ', frequencies.Select(frequency => Text(frequency)))} {longer}";
    }

    // Single precision on one side and double on the other must agree.
    private static string Text(double value) => value.ToString("g5", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(object value) => string.Create(CultureInfo.InvariantCulture, $"{value}");
}
