using Fathom.Formats;
using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Families;
using Fathom.Models.Encoders.Running;

namespace Fathom.Training;

/// <summary>What an encoder will be made of when it is taught: its pass, its parameters, and where a new head begins.</summary>
internal sealed class EncoderBlueprint
{
    private readonly string _ahead;

    /// <summary>Plans for files, with a new head where <paramref name="labels"/> are wanted and there is none.</summary>
    /// <exception cref="FathomException">The model tells other classes apart, or its family has no such head.</exception>
    public EncoderBlueprint(EncoderFiles files, IReadOnlyList<string>? labels)
    {
        var (config, weights) = (files.Plan.Config, files.Weights);
        Fresh = labels is not null && config.Labels.Count == 0;
        if (labels is not null && !Fresh && !config.Labels.SequenceEqual(labels, StringComparer.Ordinal))
            throw new FathomException($"{files.Location}: tells {string.Join(", ", config.Labels)} apart, the data {string.Join(", ", labels)}: rename the labels or start from an encoder without head");
        var prefix = Prefix(config, weights);
        _ahead = Fresh && prefix.Length == 0 ? EncoderClasses.Prefix(config.Family) : "";
        Forward = Make(HuggingFaceConfig.Load(files.Paths[0]), config, weights, _ahead + prefix);
        FromFile = [.. weights.Names.Where(name => EncoderWeights.TakesPart(name, config.Labels.Count > 0))];
        Config = Fresh ? config with { Labels = [.. labels!] } : config;
        Shapes = new OrderedDictionary<string, int[]>(FromFile.Select(name => KeyValuePair.Create(_ahead + name, weights.GetTensor(name).Shape.Select(size => checked((int)size)).ToArray())), StringComparer.Ordinal);
        if (!Fresh) return;
        foreach (var (name, shape) in Forward.Head(labels!.Count)) Shapes.Add(name, shape);
    }

    /// <summary>The shape, with the classes it will have.</summary>
    public EncoderConfig Config { get; }

    /// <summary>The pass.</summary>
    public IEncoderForward Forward { get; }

    /// <summary>Whether there is a new head.</summary>
    public bool Fresh { get; }

    /// <summary>Every parameter's shape, in the order of the model.</summary>
    public OrderedDictionary<string, int[]> Shapes { get; }

    /// <summary>Tensors of the file that are taught.</summary>
    public IReadOnlyList<string> FromFile { get; }

    /// <summary>What the model calls a tensor of the file: classifiers have a prefix that bare encoders lack.</summary>
    public string InModel(string nameInFile) => _ahead + nameInFile;

    /// <summary>What the file may call a parameter of the head.</summary>
    public string InFile(string name) => _ahead.Length > 0 && name.StartsWith(_ahead, StringComparison.Ordinal) ? name[_ahead.Length..] : name;

    /// <summary>Options of an adapter as they will be: of a classifier with its head taught whole.</summary>
    public LoraOptions Completed(LoraOptions options) => Config.Labels.Count == 0
        ? options with { TaskType = "FEATURE_EXTRACTION" }
        : AdapterFactory.WithSaved(options, Forward.Head(Config.Labels.Count).Select(part => HeadModule(part.Name)).Distinct(StringComparer.Ordinal));

    // The module PEFT would save: pooler of bert.pooler.dense.weight, classifier of classifier.out_proj.bias.
    private static string HeadModule(string parameter) => parameter.Split('.').First(part => part is "pooler" or "classifier" or "head");

    // What stands before the names of the encoder's tensors in this file.
    private static string Prefix(EncoderConfig config, ITensorSource weights)
    {
        if (config.Family is "t5" or "mt5") return "";
        var prefix = EncoderClasses.Prefix(config.Family);
        return weights.Names.Any(name => name.StartsWith(prefix + "embeddings.", StringComparison.Ordinal)) ? prefix : "";
    }

    private static IEncoderForward Make(HuggingFaceConfig file, EncoderConfig config, ITensorSource weights, string prefix)
    {
        switch (config.Family)
        {
            case "bert": return new BertForward(config, file, prefix, roberta: false);
            case "roberta" or "xlm-roberta" or "camembert": return new BertForward(config, file, prefix, roberta: true);
            case "deberta": return new DebertaForward(DebertaParts.Read(file), null, prefix);
            case "deberta-v2":
                var parts = DebertaParts.Read(file);
                return new DebertaForward(parts, DebertaV2Settings.Read(file, parts), prefix);
            case "modernbert": return new ModernBertForward(config, ModernBertSettings.Read(file, config), prefix);
            default: return new T5Forward(T5Family.ReadBoth(file), weights.TryGetTensor("shared.weight", out _) ? "shared.weight" : "encoder.embed_tokens.weight");
        }
    }
}
