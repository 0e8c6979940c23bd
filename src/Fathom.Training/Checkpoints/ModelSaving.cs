using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Training;

/// <summary>Writes models in Hugging Face layout.</summary>
public static class ModelSaving
{
    internal const string WeightsName = "model.safetensors";
    internal const string ConfigName = "config.json";

    /// <summary>
    /// Writes <c>config.json</c> and <c>model.safetensors</c> into a folder that exists. Active adapters are added to the weights, so
    /// that whatever opens the folder gets what was taught; the model itself is as before.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="precision">How the numbers are stored.</param>
    /// <exception cref="FathomException">The files cannot be written; each is there whole or not at all.</exception>
    public static void SaveWeights(this TrainableModel model, string folder, WeightPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(model);
        AtomicFile.WriteAllBytes(Path.Combine(folder, ConfigName), HuggingFaceConfigWriter.Write(model.Config, NameOf(precision)));
        if (model.ActiveAdapters.Count > 0) model.MergeAdapters();
        try
        {
            WeightFile.Write(Path.Combine(folder, WeightsName), [.. model.Parameters.Select(pair => KeyValuePair.Create(pair.Key, model.Effective(pair.Key)))], precision, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });
        }
        finally
        {
            if (model.ActiveAdapters.Count > 0) model.UnmergeAdapters();
        }
    }

    /// <summary>What config.json calls a precision.</summary>
    internal static string NameOf(WeightPrecision precision) => precision == WeightPrecision.Bf16 ? "bfloat16" : "float32";
}
