namespace Fathom.Models.Encoders.Sentences;

/// <summary>The names of ways of pooling, as options and files say them.</summary>
public static class SentencePoolingNames
{
    private static readonly (string Name, string Key, SentencePooling Pooling)[] All =
    [
        ("mean", "pooling_mode_mean_tokens", SentencePooling.Mean),
        ("cls", "pooling_mode_cls_token", SentencePooling.First),
        ("last", "pooling_mode_lasttoken", SentencePooling.Last),
        ("max", "pooling_mode_max_tokens", SentencePooling.Max),
        ("mean_sqrt", "pooling_mode_mean_sqrt_len_tokens", SentencePooling.MeanSqrt),
        ("weighted_mean", "pooling_mode_weightedmean_tokens", SentencePooling.WeightedMean),
    ];

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Name)];

    /// <summary>The name of a way of pooling.</summary>
    public static string Name(SentencePooling pooling) => Array.Find(All, entry => entry.Pooling == pooling).Name;

    /// <summary>The way of pooling of a name, or null.</summary>
    public static SentencePooling? Find(string name) => Array.FindIndex(All, entry => entry.Name == name) is >= 0 and var at ? All[at].Pooling : null;

    /// <summary>Keys of a Pooling module's config.json, in the order in which that library puts their vectors together.</summary>
    internal static IEnumerable<(string Key, SentencePooling Pooling)> Keys =>
        new[] { "pooling_mode_cls_token", "pooling_mode_max_tokens", "pooling_mode_mean_tokens", "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken" }
            .Select(key => (key, Array.Find(All, entry => entry.Key == key).Pooling));
}
