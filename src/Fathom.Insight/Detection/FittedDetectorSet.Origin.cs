namespace Fathom.Insight.Detection;

/// <content>What traces to score must come from.</content>
public sealed partial class FittedDetectorSet
{
    /// <summary>Refuses another model than the one the detectors were fitted on, and another adapter.</summary>
    /// <param name="fingerprint">Fingerprint of the model, its adapter included.</param>
    /// <param name="name">Its name, for people.</param>
    /// <param name="adapterFingerprint">Fingerprint of the adapter alone, where the caller knows it; "" for none.</param>
    /// <exception cref="FathomException">The fingerprints differ.</exception>
    public void EnsureModel(string fingerprint, string? name = null, string? adapterFingerprint = null)
    {
        if (string.Equals(fingerprint, Origin.ModelFingerprint, StringComparison.Ordinal)) return;
        if (adapterFingerprint is not null && adapterFingerprint != Origin.AdapterFingerprint)
        {
            throw new FathomException($"the detectors were fitted on model {Describe(Origin.ModelName, Origin.ModelFingerprint)} {Adapter(Origin.AdapterFingerprint)}, not {Adapter(adapterFingerprint)}: use the same adapter (--adapter), or fit again");
        }

        throw new FathomException($"the detectors were fitted on model {Describe(Origin.ModelName, Origin.ModelFingerprint)}, not on {Describe(name ?? "", fingerprint)}: use that model, or fit again");
    }

    /// <summary>Refuses traces made otherwise than the fit traces: another model, adapter, tokenizer, template or length of output.</summary>
    /// <exception cref="FathomException">Something differs; the message names it with both values.</exception>
    public void EnsureOrigin(TraceOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        EnsureModel(origin.ModelFingerprint, origin.ModelName, origin.AdapterFingerprint);
        Same("layers", Origin.Layers, origin.Layers);
        Same("width", Origin.Width, origin.Width);
        Same("tokenizer", Origin.TokenizerFingerprint, origin.TokenizerFingerprint);
        Same("template", Origin.Template, origin.Template);
        Same("class_tokens", Origin.ClassTokens, origin.ClassTokens);
        Same("max_new_tokens", Origin.MaxNewTokens, origin.MaxNewTokens);
        Same("max_pool", Origin.MaxPool, origin.MaxPool);
    }

    private static void Same<T>(string what, T fitted, T given)
    {
        if (!EqualityComparer<T>.Default.Equals(fitted, given))
        {
            throw new FathomException($"the detectors were fitted with {what} {Quote(fitted)}, not {Quote(given)}: use the same, or fit again");
        }
    }

    private static string Quote<T>(T value) => value is string text ? $"'{text.ReplaceLineEndings("\\n")}'" : $"{value}";

    private static string Adapter(string fingerprint) => fingerprint.Length == 0 ? "without an adapter" : $"with adapter {Short(fingerprint)}";

    private static string Describe(string name, string fingerprint) => name.Length == 0 ? Short(fingerprint) : $"'{name}' ({Short(fingerprint)})";

    private static string Short(string fingerprint) => fingerprint[..Math.Min(16, fingerprint.Length)];
}
