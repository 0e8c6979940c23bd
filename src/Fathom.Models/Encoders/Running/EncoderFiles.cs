using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Families;
using Fathom.Models.Running;
using Fathom.Tokenizers;

namespace Fathom.Models.Encoders.Running;

/// <summary>The files of an encoder: a folder in Hugging Face layout.</summary>
internal sealed class EncoderFiles
{
    private const string ConfigName = "config.json";

    private EncoderFiles(string location, ITensorSource weights, EncoderPlan plan, IReadOnlyList<string> paths)
    {
        Location = location;
        Weights = weights;
        Plan = plan;
        Paths = paths;
    }

    /// <summary>Path of the folder.</summary>
    public string Location { get; }

    /// <summary>The weights, mapped.</summary>
    public ITensorSource Weights { get; }

    /// <summary>The shape, and how to build the encoder.</summary>
    public EncoderPlan Plan { get; }

    /// <summary>Every file that decides the model's numbers.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Whether a path is a folder whose config.json names an encoder; false where there is nothing or another model.</summary>
    public static bool IsEncoder(string path)
    {
        var file = Path.Combine(path, ConfigName);
        return Directory.Exists(path) && File.Exists(file) && HuggingFaceConfig.Load(file) is var config && config.IsText("model_type") && EncoderFamilies.Knows(config.String("model_type"));
    }

    /// <summary>Opens and checks a folder.</summary>
    /// <exception cref="FathomException">There is no model, or one that is not supported.</exception>
    public static EncoderFiles Open(string folder, string? configFile = null)
    {
        if (!Directory.Exists(folder)) throw new FathomException($"{folder}: {(File.Exists(folder) ? "is a file" : "no such folder")}; an encoder is a folder in Hugging Face layout");
        var file = Path.Combine(folder, configFile ?? ConfigName);
        if (!File.Exists(file)) throw new FathomException($"{folder}: is not an encoder: it has no {ConfigName}");
        var config = HuggingFaceConfig.Load(file);
        var plan = EncoderFamilies.Of(config).Read(config);
        var weights = WeightsFolder.Open(folder);
        return new EncoderFiles(folder, OldNormNames.Of(weights), plan, [file, .. weights.Files.Select(shard => shard.Location)]);
    }

    /// <summary>Reads the tokenizer, where there is one.</summary>
    public Tokenizer? LoadTokenizer() => FolderTokenizer.Load(Location);
}
