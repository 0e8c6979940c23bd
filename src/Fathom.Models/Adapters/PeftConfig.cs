using System.Text.Json;
using Fathom.Models.Architectures;

namespace Fathom.Models.Adapters;

/// <summary>PEFT's adapter_config.json: read strictly, written so that PEFT reads it back.</summary>
internal static class PeftConfig
{
    /// <summary>The file's name.</summary>
    public const string FileName = "adapter_config.json";

    // What PEFT takes where a key is absent.
    private const int DefaultRank = 8;
    private const double DefaultAlpha = 8;

    private static readonly string[] Read =
    [
        "alpha_pattern", "base_model_name_or_path", "bias", "fan_in_fan_out", "init_lora_weights", "lora_alpha", "lora_dropout", "modules_to_save", "peft_type", "r",
        "rank_pattern", "target_modules", "task_type", "use_rslora",
    ];

    // They change nothing once an adapter is trained.
    private static readonly string[] Harmless = ["auto_mapping", "inference_mode", "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config"];

    private static readonly string[] Unsupported =
    [
        "alora_invocation_tokens", "arrow_config", "corda_config", "ensure_weight_tying", "eva_config", "exclude_modules", "fan_in_fan_out", "kasa_config", "layer_replication",
        "layers_pattern", "layers_to_transform", "loftq_config", "lora_bias", "lora_ga_config", "megatron_config", "monteclora_config", "target_parameters",
        "trainable_token_indices", "use_bdlora", "use_dora", "use_qalora", "velora_config",
    ];

    // The others (pissa, olora, corda, loftq, …) change the base model's weights as well.
    private static readonly string[] PlainStarts = ["gaussian", "eva", "orthogonal"];

    /// <summary>Reads a configuration; what may matter and is not known comes back as warnings.</summary>
    /// <exception cref="FathomException">A value is of the wrong kind, or changes results in a way that is not supported.</exception>
    public static (LoraOptions Options, IReadOnlyList<string> Warnings) Load(string path)
    {
        var config = HuggingFaceConfig.Load(path);
        if (!string.Equals(config.String("peft_type"), "LORA", StringComparison.Ordinal)) throw config.Unsupported("peft_type", "LORA");
        if (config.String("bias", "none") != "none") throw config.Unsupported("bias", "none");
        foreach (var key in Unsupported.Where(key => !config.IsNeutral(key))) throw config.Unsupported(key, "null or false");
        if (config.IsText("init_lora_weights") && !PlainStarts.Contains(config.String("init_lora_weights"), StringComparer.Ordinal))
            throw config.Unsupported("init_lora_weights", $"true, false, {string.Join(", ", PlainStarts)}");
        var pattern = config.IsText("target_modules") ? config.String("target_modules") : null;
        var options = new LoraOptions
        {
            TargetPattern = pattern,
            TargetModules = pattern is null ? config.Strings("target_modules") ?? throw config.Wrong("target_modules", "is missing") : [],
            Rank = config.Int32("r", 1, DefaultRank),
            Alpha = config.Double("lora_alpha", DefaultAlpha),
            Dropout = config.Double("lora_dropout", 0),
            RankStabilised = config.Boolean("use_rslora", false),
            RankPattern = Patterns(config.Section("rank_pattern"), (section, key) => section.Int32(key)),
            AlphaPattern = Patterns(config.Section("alpha_pattern"), (section, key) => section.Double(key)),
            ModulesToSave = config.Strings("modules_to_save") ?? [],
            BaseModel = config.String("base_model_name_or_path"),
            TaskType = config.String("task_type", "CAUSAL_LM")!,
        };
        string[] known = [.. Read, .. Harmless, .. Unsupported];
        return (options, [.. config.Keys.Where(key => !known.Contains(key, StringComparer.Ordinal) && !config.IsNeutral(key))
            .Select(key => $"{path}: '{ConfigText.Printable(key)}' is not known and was ignored")]);
    }

    /// <summary>Writes a configuration, keys in the order of their names as PEFT does.</summary>
    public static void Write(LoraOptions options, Stream to)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("alpha_pattern");
        foreach (var (key, value) in options.AlphaPattern) WriteNumber(json, key, value);
        json.WriteEndObject();
        json.WriteNull("auto_mapping");
        json.WriteString("base_model_name_or_path", options.BaseModel);
        json.WriteString("bias", "none");
        json.WriteBoolean("fan_in_fan_out", false);
        json.WriteBoolean("inference_mode", true);
        json.WriteBoolean("init_lora_weights", true);
        json.WriteNull("layers_pattern");
        json.WriteNull("layers_to_transform");
        WriteNumber(json, "lora_alpha", options.Alpha);
        json.WriteNumber("lora_dropout", options.Dropout);
        if (options.ModulesToSave.Count == 0) json.WriteNull("modules_to_save");
        else WriteList(json, "modules_to_save", options.ModulesToSave);
        json.WriteString("peft_type", "LORA");
        json.WriteNumber("r", options.Rank);
        json.WriteStartObject("rank_pattern");
        foreach (var (key, value) in options.RankPattern) json.WriteNumber(key, value);
        json.WriteEndObject();
        json.WriteNull("revision");
        if (options.TargetPattern is not null) json.WriteString("target_modules", options.TargetPattern);
        else WriteList(json, "target_modules", options.TargetModules);
        json.WriteString("task_type", options.TaskType);
        json.WriteBoolean("use_dora", false);
        json.WriteBoolean("use_rslora", options.RankStabilised);
        json.WriteEndObject();
    }

    // PEFT's own files have whole alphas without a point, and some readers want an integer there.
    private static void WriteNumber(Utf8JsonWriter json, string key, double value)
    {
        if (value == Math.Truncate(value) && Math.Abs(value) < 1e15) json.WriteNumber(key, (long)value);
        else json.WriteNumber(key, value);
    }

    private static void WriteList(Utf8JsonWriter json, string key, IReadOnlyList<string> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static OrderedDictionary<string, T> Patterns<T>(HuggingFaceConfig? section, Func<HuggingFaceConfig, string, T> read)
    {
        var patterns = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var key in section?.Keys ?? []) patterns.Add(key, read(section!, key));
        return patterns;
    }
}
