using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Models.Encoders;

namespace Fathom.Training;

/// <summary>What an encoder's config.json says after it was taught.</summary>
internal static class EncoderClasses
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The configuration with the precision of the weights beside it and, of a classifier, its class in transformers and its labels.</summary>
    public static byte[] Adjusted(byte[] written, EncoderConfig config, WeightPrecision precision)
    {
        var root = JsonNode.Parse(written)!.AsObject();
        root[root.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = ModelSaving.NameOf(precision);
        if (config.Labels.Count == 0) return Bytes(root);
        root["architectures"] = new JsonArray(NameOf(config.Family) + "ForSequenceClassification");
        root["id2label"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(id.ToString(CultureInfo.InvariantCulture), label)));
        root["label2id"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create<string, JsonNode?>(label, id)));
        root.Remove("num_labels");
        return Bytes(root);
    }

    /// <summary>What stands before the encoder's tensors in a classifier's file.</summary>
    public static string Prefix(string family) => family switch
    {
        "bert" => "bert.",
        "roberta" or "xlm-roberta" or "camembert" => "roberta.",
        "deberta" or "deberta-v2" => "deberta.",
        "modernbert" => "model.",
        _ => throw new FathomException($"{family} has no class head"),
    };

    private static string NameOf(string family) => family switch
    {
        "bert" => "Bert",
        "roberta" => "Roberta",
        "xlm-roberta" => "XLMRoberta",
        "camembert" => "Camembert",
        "deberta" => "Deberta",
        "deberta-v2" => "DebertaV2",
        "modernbert" => "ModernBert",
        _ => throw new FathomException($"{family} has no class head"),
    };

    private static byte[] Bytes(JsonObject root) => Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
}
