using System.Globalization;

namespace Fathom.Models.Architectures;

/// <summary>The classes of a model whose head classifies sequences.</summary>
internal static class ClassLabels
{
    /// <summary>Key of what the head reads; the last token where it is absent.</summary>
    public const string PoolingKey = "classifier_pooling";

    /// <summary>Key of whether a text gets the end token.</summary>
    public const string EndTokenKey = "classifier_end_token";

    private const string Suffix = "ForSequenceClassification";

    // What transformers assumes, and therefore leaves out of the file.
    private const int DefaultCount = 2;

    /// <summary>What the head reads.</summary>
    public static ClassPooling Pooling(HuggingFaceConfig config) => config.String(PoolingKey, "last") switch
    {
        "last" => ClassPooling.Last,
        "mean" => ClassPooling.Mean,
        _ => throw config.Unsupported(PoolingKey, "last, mean"),
    };

    /// <summary>The names by class, from <c>id2label</c> or <c>num_labels</c>; none where the model is not a classifier.</summary>
    public static IReadOnlyList<string> Read(HuggingFaceConfig config)
    {
        if (config.Strings("architectures") is not [var architecture, ..] || !architecture.EndsWith(Suffix, StringComparison.Ordinal)) return [];
        if (config.String("problem_type") is not (null or "single_label_classification")) throw config.Unsupported("problem_type", "single_label_classification");
        if (config.Section("id2label") is not { } names)
            return [.. Enumerable.Range(0, config.Int32("num_labels", 2, DefaultCount)).Select(label => $"LABEL_{label}")];
        var labels = new string[names.Keys.Count()];
        if (labels.Length < 2) throw config.Wrong("id2label", $"names {labels.Length} class, at least 2 were expected");
        for (var label = 0; label < labels.Length; label++)
            labels[label] = names.String(label.ToString(CultureInfo.InvariantCulture)) ?? throw config.Wrong("id2label", $"has {labels.Length} names but none for class {label}");
        return labels;
    }
}
