using System.CommandLine;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Verbs;

/// <summary>Options that the <c>ood</c> verbs share.</summary>
internal static class OodFlags
{
    public static readonly Option<string> Detectors = new("--detectors")
    {
        Description = "Detectors, separated by commas: all, tv, tv0 to tv5, msp, perplexity, input_embedding, output_embedding, cosine, mc_dropout, for labelled data mahalanobis, softmax, energy, … (default: all, which leaves out mc_dropout for its cost).",
        HelpName = "NAMES",
    };

    public static readonly Option<string> Profile = ProfileOption();

    public static readonly Option<string> Combine = new("--combine")
    {
        Description = "Detectors to make one of, separated by commas: the detector 'combined', with a threshold of its own.",
        HelpName = "NAMES",
    };

    public static readonly Option<string> Lead = new("--lead")
    {
        Description = "The detector whose verdict is the verdict (default: the combined one, else the recommended one, else the first named).",
        HelpName = "NAME",
    };

    public static readonly Option<string> Embedding = EmbeddingOption();

    /// <summary>Tokens generated a sample unless said otherwise.</summary>
    public const int DefaultNewTokens = 16;

    /// <summary>The pooling modes these detectors need.</summary>
    public static IReadOnlyList<Pooling> Poolings(IReadOnlyList<DetectorDefinition> definitions) =>
        [.. definitions.SelectMany(definition => definition.RequiredPoolings).Distinct().Order()];

    /// <summary>The tokens of the classes of labelled data, where a detector needs their logits; otherwise none. Of a classifier, the numbers of its own classes.</summary>
    /// <exception cref="FathomException">The data have no labels, two classes begin with the same token, or a detector looks at the output of a classifier.</exception>
    public static IReadOnlyList<int> ClassTokens(IReadOnlyList<DetectorDefinition> definitions, SampleSet labelled, PromptEncoder prompts, ModelSession? session = null)
    {
        if (session?.Model.Config is not { IsClassifier: true } classifier) return definitions.Any(definition => definition.NeedsClassLogits) ? labelled.ClassTokens(prompts) : [];
        if (definitions.FirstOrDefault(LooksAtOutput) is { } outside) throw new FathomException($"{session.Name}: is a classifier and generates nothing, and {outside.Name} looks at the output; name others, as in --detectors cosine,mahalanobis,softmax,energy");
        return definitions.Any(definition => definition.NeedsClassLogits) ? [.. Enumerable.Range(0, classifier.Labels.Count)] : [];
    }

    /// <summary>Whether a detector needs generated tokens.</summary>
    public static bool LooksAtOutput(DetectorDefinition definition) =>
        definition is MspDetector or PerplexityDetector or McDropoutDetector or LogitDetector { NeedsClassLogits: false }
        || definition.RequiredPoolings.Any(pooling => pooling is Pooling.OutputPredictive or Pooling.OutputTokens or Pooling.ReferenceCode);

    /// <summary>The detectors of a list of names, with the settings that the command line gives them.</summary>
    /// <exception cref="UsageException">A name is unknown.</exception>
    public static IReadOnlyList<DetectorDefinition> Definitions(VerbContext context, string names, string option)
    {
        try
        {
            return WithEmbedding(context, WithDropout(context, DetectorRegistry.Parse(context.Get(Profile) == "reference" ? InReferenceProfile(names) : names)));
        }
        catch (FathomException exception)
        {
            throw new UsageException($"{option} {names}: {exception.Message}");
        }
    }

    /// <summary>Complains where options are given that no detector looks at.</summary>
    /// <exception cref="UsageException">They are.</exception>
    public static void EnsureUsed(VerbContext context, IReadOnlyList<DetectorDefinition> definitions)
    {
        DetectorDefinition[] all = [.. definitions.SelectMany(definition => definition is CombinedDetector combined ? combined.Members : [definition])];
        if (DropoutFlags.AreUsed(context) && !all.Any(definition => definition is McDropoutDetector)) throw new UsageException($"{DropoutFlags.Passes.Name}, {DropoutFlags.Rate.Name} and {DropoutFlags.Sites.Name} are for the detector mc_dropout, which is not asked for: add it to --detectors, as in --detectors all,mc_dropout");
        if (context.Has(Embedding) && !all.Any(IsOfSentences)) throw new UsageException($"{Embedding.Name} is for the detectors cosine, knn and mahalanobis, of which none is asked for");
    }

    private static IReadOnlyList<DetectorDefinition> WithDropout(VerbContext context, IReadOnlyList<DetectorDefinition> definitions)
    {
        if (!DropoutFlags.AreUsed(context)) return definitions;
        return [.. definitions.Select(definition => definition is McDropoutDetector dropout ? dropout with { Options = DropoutFlags.OptionsOf(context) } : definition)];
    }

    // What compares sentences; the embeddings of the TV score's baselines are what their names say.
    private static IReadOnlyList<DetectorDefinition> WithEmbedding(VerbContext context, IReadOnlyList<DetectorDefinition> definitions)
    {
        if (context.Get(Embedding) is not { } name) return definitions;
        var pooling = name switch { "avg" => Pooling.SentenceMean, "text_last" => Pooling.SentenceLast, _ => Pooling.PromptLast };
        return WithPooling(definitions, pooling);
    }

    /// <summary>Detectors that compare sentences, by another embedding; the others as they are.</summary>
    public static IReadOnlyList<DetectorDefinition> WithPooling(IReadOnlyList<DetectorDefinition> definitions, Pooling pooling) =>
        [.. definitions.Select(definition => definition switch
        {
            CosineDetector cosine => new CosineDetector(pooling, definition.Name) { Top = cosine.Top },
            ClassMeanCosineDetector => new ClassMeanCosineDetector(pooling, definition.Name),
            NearestNeighboursDetector neighbours => new NearestNeighboursDetector(neighbours.Neighbours, pooling, definition.Name) { Normalised = neighbours.Normalised },
            WhitenedCosineDetector => new WhitenedCosineDetector(pooling, definition.Name),
            MahalanobisDetector { Labelled: true } mahalanobis => new MahalanobisDetector(mahalanobis.Rule, pooling, labelled: true, mahalanobis.Ridge, definition.Name),
            _ => definition,
        })];

    private static bool IsOfSentences(DetectorDefinition definition) => definition is CosineDetector or WhitenedCosineDetector or ClassMeanCosineDetector or NearestNeighboursDetector or MahalanobisDetector { Labelled: true };

    // Only the TV score differs between its authors' paper and code; the baselines are the same in both profiles.
    private static string InReferenceProfile(string names) => string.Join(',', names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(name => name switch
    {
        "all" => ["tv_reference", .. DetectorRegistry.All.Select(definition => definition.Name).Where(known => !IsTv(known))],
        "tv" => ["tv_reference"],
        _ when IsTv(name) => (string[])[name + "_reference"],
        _ => [name],
    }));

    private static bool IsTv(string name) => name.Length == 3 && name.StartsWith("tv", StringComparison.Ordinal) && char.IsAsciiDigit(name[2]);

    private static Option<string> EmbeddingOption()
    {
        var option = new Option<string>("--embedding")
        {
            Description = "What stands for a text in cosine, knn and mahalanobis: the last prompt token (the default), the average over the prompt without the template's end, or the text's own last token.",
            HelpName = "last|avg|text_last",
        };
        return option.OneOf("last", "avg", "text_last");
    }

    private static Option<string> ProfileOption()
    {
        var option = new Option<string>("--profile") { Description = "The TV score as in the paper (the default) or as its authors' released code computes it.", HelpName = "paper|reference" };
        return option.OneOf("paper", "reference");
    }
}
