using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>
/// Writes the <c>config.json</c> of a decoder whose own files may have been of another kind (GGUF), so that what was trained or
/// converted opens here and in other tools. What is read back equals what was written.
/// </summary>
internal static class HuggingFaceConfigWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The file's bytes; <paramref name="dtype"/> is how the weights beside it are stored, <c>float32</c> or <c>bfloat16</c>.</summary>
    /// <exception cref="FathomException">The configuration says something that config.json has no words for.</exception>
    public static byte[] Write(DecoderConfig config, string dtype)
    {
        ArgumentNullException.ThrowIfNull(config);
        var architecture = ArchitectureRegistry.Of(config);
        var root = new JsonObject();
        architecture.Write(config, root);
        root["torch_dtype"] = dtype;
        if (config.IsClassifier) SetClasses(root, config);
        if (config.EndTokens.Count == 1) root["eos_token_id"] = config.EndTokens[0];
        if (config.EndTokens.Count > 1) root["eos_token_id"] = new JsonArray([.. config.EndTokens.Select(id => JsonValue.Create(id))]);
        var written = Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
        Check(config, architecture.Read(HuggingFaceConfig.Parse(written, "the config.json made for it")));
        return written;
    }

    /// <summary>The same model as its Hugging Face files would say it: names and layout of the tensors are those of the hub.</summary>
    /// <exception cref="FathomException">The configuration says something that config.json has no words for.</exception>
    public static DecoderConfig AsWritten(DecoderConfig config, ReadOnlySpan<byte> written) => ArchitectureRegistry.Of(config).Read(HuggingFaceConfig.Parse(written, "the config.json made for it"));

    // Whatever would change results must come back as it was; how tensors are named and laid out may differ.
    private static void Check(DecoderConfig config, DecoderConfig again)
    {
        var (before, after) = (ModelMeaning.Of(config), ModelMeaning.Of(again));
        foreach (var (key, value) in before)
        {
            if (after[key] != value) throw new FathomException($"a {config.Family} model with {key} {value} cannot be written as config.json, which would say {after[key]}");
        }
    }

    /// <summary>Says in a configuration of any family that the model tells classes apart, and which.</summary>
    public static void SetClasses(JsonObject root, DecoderConfig config)
    {
        const string Suffix = "ForSequenceClassification";
        if (root["architectures"] is JsonArray { Count: > 0 } names && (string?)names[0] is { } name && !name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            foreach (var end in (string[])["ForCausalLM", "LMHeadModel"]) name = name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;
            root["architectures"] = new JsonArray(name + Suffix);
        }

        root["id2label"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(id.ToString(CultureInfo.InvariantCulture), label)));
        root["label2id"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(label, id)));
        root.Remove(ClassLabels.PoolingKey);
        root.Remove(ClassLabels.EndTokenKey);
        if (config.ClassPooling == ClassPooling.Mean) root[ClassLabels.PoolingKey] = "mean";
        if (config.ClassEndToken) root[ClassLabels.EndTokenKey] = true;
    }
}
