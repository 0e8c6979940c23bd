using System.Text.Json;
using Fathom.Models.Architectures;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>
/// What a folder of the sentence-transformers library says beside the model: <c>modules.json</c>, <c>sentence_bert_config.json</c>,
/// <c>config_sentence_transformers.json</c> and the folders of the modules.
/// </summary>
internal sealed class SentenceModules
{
    private const string List = "modules.json";

    /// <summary>Folder of the model itself.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>Ways of pooling, their vectors put one behind the other; empty where the folder says nothing.</summary>
    public IReadOnlyList<SentencePooling> Poolings { get; private set; } = [];

    /// <summary>Folders of Dense modules, in order.</summary>
    public IReadOnlyList<string> DenseFolders { get; private set; } = [];

    /// <summary>Whether the vector is divided by its 2-norm.</summary>
    public bool Normalize { get; private set; }

    /// <summary>Most tokens of a text, where the folder says it.</summary>
    public int? MaxTokens { get; private set; }

    /// <summary>Whether texts are put in lower case first.</summary>
    public bool LowerCase { get; private set; }

    /// <summary>What is put before every text.</summary>
    public string Prompt { get; private set; } = "";

    /// <summary>What had to be assumed.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Reads a folder; one without <c>modules.json</c> says nothing.</summary>
    /// <exception cref="FathomException">A file is damaged, or a module is not supported.</exception>
    public static SentenceModules Read(string folder)
    {
        var path = Path.Combine(folder, List);
        if (!Directory.Exists(folder) || !File.Exists(path)) return new SentenceModules { ModelFolder = folder };
        var modules = Parse(path);
        if (modules.Count == 0 || modules[0].Type != "Transformer") throw new FathomException($"{path}: the first module must be a Transformer");
        var read = new SentenceModules { ModelFolder = Inside(path, folder, modules[0].Path) };
        var (dense, notes) = (new List<string>(), new List<string>());
        foreach (var (type, place) in modules.Skip(1))
        {
            var at = Inside(path, folder, place);
            switch (type)
            {
                case "Pooling" when read.Poolings.Count == 0:
                    read.Poolings = Pooling(at, notes);
                    break;
                case "Normalize":
                    read.Normalize = true;
                    break;
                case "Dense" when read.Poolings.Count > 0 && !read.Normalize:
                    dense.Add(at);
                    break;
                default:
                    throw new FathomException($"{path}: module '{ConfigText.Printable(type)}' is not supported in this place; supported: Transformer, Pooling, any number of Dense, Normalize, in this order");
            }
        }

        if (read.Poolings.Count == 0) throw new FathomException($"{path}: names no Pooling module");
        (read.DenseFolders, read.Notes) = (dense, notes);
        read.ReadSettings(folder);
        return read;
    }

    private void ReadSettings(string folder)
    {
        var settings = Path.Combine(ModelFolder, "sentence_bert_config.json");
        if (File.Exists(settings))
        {
            var config = HuggingFaceConfig.Load(settings);
            MaxTokens = config.Has("max_seq_length") ? config.Int32("max_seq_length") : null;
            LowerCase = config.Boolean("do_lower_case", false);
        }

        var library = Path.Combine(folder, "config_sentence_transformers.json");
        if (!File.Exists(library)) return;
        var prompts = HuggingFaceConfig.Load(library);
        if (prompts.String("default_prompt_name") is not { } name) return;
        Prompt = prompts.Section("prompts")?.String(name) ?? throw prompts.Wrong("default_prompt_name", $"is '{ConfigText.Printable(name)}', which prompts does not have");
    }

    private static List<SentencePooling> Pooling(string folder, List<string> notes)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            notes.Add($"{path} is missing: the mean over all tokens is taken, which is that library's default");
            return [SentencePooling.Mean];
        }

        var config = HuggingFaceConfig.Load(path);
        if (!config.Boolean("include_prompt", true)) throw config.Unsupported("include_prompt", "true");
        var poolings = SentencePoolingNames.Keys.Where(entry => config.Boolean(entry.Key, false)).Select(entry => entry.Pooling).ToList();
        if (config.String("pooling_mode") is { } mode)
            poolings = [SentencePoolingNames.Find(mode == "lasttoken" ? "last" : mode == "weightedmean" ? "weighted_mean" : mode) ?? throw config.Unsupported("pooling_mode", "cls, mean, max, lasttoken, weightedmean")];
        return poolings.Count > 0 ? poolings : throw config.Wrong("pooling_mode_mean_tokens", "is false and so is every other way of pooling that is known");
    }

    private static List<(string Type, string Path)> Parse(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.EnumerateArray().Select(module => (Last(Text(module, "type")), Text(module, "path")))];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: is not a list of modules with type and path: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static string Text(JsonElement module, string key) => module.GetProperty(key).GetString() ?? throw new InvalidOperationException($"{key} is null");

    // The kinds are Python names: sentence_transformers.models.Pooling.
    private static string Last(string type) => type[(type.LastIndexOf('.') + 1)..];

    private static string Inside(string file, string folder, string place)
    {
        if (place.Length == 0) return folder;
        var (root, at) = (Path.GetFullPath(folder), Path.GetFullPath(Path.Combine(folder, place)));
        return at.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? at : throw new FathomException($"{file}: path '{ConfigText.Printable(place)}' leads out of the folder");
    }
}
