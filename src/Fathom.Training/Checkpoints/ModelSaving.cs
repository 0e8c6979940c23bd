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
    /// that whatever opens the folder gets what was taught; the model itself is as before. A head that an adapter keeps for itself
    /// is written, and the configuration no longer says that it is tied.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="precision">How the numbers are stored.</param>
    /// <param name="companions">Files to put beside the weights; their configuration is kept, but for what training changed.</param>
    /// <exception cref="FathomException">The files cannot be written; each is there whole or not at all.</exception>
    public static void SaveWeights(this TrainableModel model, string folder, WeightPrecision precision, CompanionFiles? companions = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var ownHead = !model.Config.IsClassifier && model.Head != model.Effective(model.EmbeddingName);
        var config = model.Config with { TiedHead = model.Config.TiedHead && !ownHead };
        if (config.IsLlamaForm || companions?.Names.Contains(ConfigName) != true) AtomicFile.WriteAllBytes(Path.Combine(folder, ConfigName), HuggingFaceConfigWriter.Write(config, NameOf(precision)));
        companions?.Save(folder, precision, config);
        var merge = model.ActiveAdapters.Count > 0;
        if (merge) model.MergeAdapters();
        try
        {
            var names = model.Parameters.Keys.Where(name => name != model.HeadName);
            if (ownHead) names = names.Append(model.HeadName);
            WeightFile.Write(Path.Combine(folder, WeightsName), [.. names.Select(name => KeyValuePair.Create(name, model.Effective(name)))], precision, new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" });
        }
        finally
        {
            if (merge) model.UnmergeAdapters();
        }
    }

    /// <summary>What config.json calls a precision.</summary>
    internal static string NameOf(WeightPrecision precision) => precision == WeightPrecision.Bf16 ? "bfloat16" : "float32";
}
