using System.Globalization;
using Fathom.Cli.Models;
using Fathom.Cli.Verbs;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Experiments;

/// <summary>
/// The class logits that are kept when texts go through the model once for all seeds, and which of them are a seed's own: those of the
/// first tokens of the names it knows, or all scores of a classifier's head.
/// </summary>
internal sealed class KeptLogits
{
    private readonly Dictionary<int, IReadOnlyList<(string Name, int Token)>> _bySeed = [];

    private KeptLogits(IReadOnlyList<int> tokens) => Tokens = tokens;

    /// <summary>Tokens whose logits are kept, or numbers of a classifier's classes; empty where no detector looks at them.</summary>
    public IReadOnlyList<int> Tokens { get; private set; }

    /// <summary>What these detectors need of this model.</summary>
    /// <exception cref="FathomException">A row has no label, two names that a seed knows begin alike, or a detector looks at the output of a classifier.</exception>
    public static KeptLogits Of(IReadOnlyList<DetectorDefinition> definitions, ModelSession session, PromptEncoder prompts, IReadOnlyList<SeedSetting> settings)
    {
        if (session.Model.Config.IsClassifier) EnsureOfClassifier(definitions, session.Name);
        if (!definitions.Any(definition => definition.NeedsClassLogits)) return new KeptLogits([]);
        var labels = session.Model.Config.IsClassifier ? session.Model.Config.Labels : null;
        var kept = new KeptLogits([]);
        foreach (var setting in settings)
        {
            if (setting.Fit.Any(text => string.IsNullOrEmpty(text.Label))) throw new FathomException("softmax and energy need labelled data: name the field with in_distribution.label_field");
            string[] names = labels is null ? [.. setting.Fit.Select(text => text.Label!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : [.. labels];
            var tokens = labels is null ? Tokenized(prompts, setting, names) : [.. Enumerable.Range(0, names.Length)];
            kept._bySeed[setting.Seed] = [.. names.Select((name, i) => (name, tokens[i]))];
        }

        kept.Tokens = [.. kept._bySeed.Values.SelectMany(static known => known).OrderBy(static entry => entry.Name, StringComparer.Ordinal).Select(static entry => entry.Token).Distinct()];
        return kept;
    }

    /// <summary>Refuses detectors that look at what a classifier would generate.</summary>
    /// <exception cref="FathomException">One does.</exception>
    public static void EnsureOfClassifier(IReadOnlyList<DetectorDefinition> definitions, string model)
    {
        var all = definitions.SelectMany(static definition => definition is CombinedDetector combined ? combined.Members : [definition]);
        if (all.FirstOrDefault(OodFlags.LooksAtOutput) is { } outside) throw new FathomException($"detectors: {model} is a classifier and generates nothing, and {outside.Name} looks at the output; name others, such as cosine, mahalanobis, softmax, energy");
    }

    /// <summary>Places of a seed's logits among those kept; null where none are kept.</summary>
    public int[]? Columns(int seed) => _bySeed.TryGetValue(seed, out var known) ? [.. known.Select(entry => Tokens.ToList().IndexOf(entry.Token))] : null;

    /// <summary>The names they belong to.</summary>
    public IReadOnlyList<string> Names(int seed) => _bySeed.TryGetValue(seed, out var known) ? [.. known.Select(static entry => entry.Name)] : [];

    /// <summary>A seed's tokens as detectors store them.</summary>
    public string TokensOf(int seed) => _bySeed.TryGetValue(seed, out var known) ? string.Join(',', known.Select(static entry => entry.Token.ToString(CultureInfo.InvariantCulture))) : "";

    private static IReadOnlyList<int> Tokenized(PromptEncoder prompts, SeedSetting setting, string[] names)
    {
        try
        {
            return prompts.ClassTokensOf(setting.Fit[0].Text, names);
        }
        catch (FathomException alike)
        {
            throw new FathomException($"seed {setting.Seed}: {alike.Message} (in_distribution.rename), or leave out softmax, softmax_classes and energy", alike);
        }
    }
}
