using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Training;

/// <summary>What lies beside a model's weights: its configuration as it was written, its tokenizer. Carried from the model that is taught to those that come of it.</summary>
public sealed class CompanionFiles
{
    private static readonly string[] Known =
    [
        ModelSaving.ConfigName, "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "tokenizer.model", "chat_template.jinja", "vocab.txt", "spm.model", "sentencepiece.bpe.model",
    ];

    // What sentence-transformers puts beside an encoder.
    private static readonly string[] OfSentences = ["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly OrderedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Names of the files.</summary>
    public IEnumerable<string> Names => _files.Keys;

    /// <summary>Reads those of a model's folder.</summary>
    /// <exception cref="FathomException">A file cannot be read.</exception>
    public static CompanionFiles Read(string folder) => Read(folder, Known);

    /// <summary>Reads those of a sentence encoder's folder.</summary>
    /// <exception cref="FathomException">A file cannot be read.</exception>
    internal static CompanionFiles ReadSentenceEncoder(string folder) => Read(folder, [.. Known, .. OfSentences]);

    private static CompanionFiles Read(string folder, IEnumerable<string> names)
    {
        var files = new CompanionFiles();
        foreach (var name in names)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path)) continue;
            try
            {
                files.Add(name, File.ReadAllBytes(path));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
            }
        }

        // Of a model that reads images too the language model alone is taught, and saved as one.
        if (files._files.TryGetValue(ModelSaving.ConfigName, out var config) && TextPart.Alone(config, Path.Combine(folder, ModelSaving.ConfigName)) is { } alone) files.Add(ModelSaving.ConfigName, alone);
        return files;
    }

    /// <summary>Adds a file, or replaces it.</summary>
    public void Add(string name, byte[] content)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _files[name] = content;
    }

    /// <summary>Writes the files; the configuration says how the weights beside it are stored, whether the head is tied and which classes there are.</summary>
    /// <exception cref="FathomException">A file cannot be written.</exception>
    internal void Save(string folder, WeightPrecision precision, DecoderConfig config) => Save(folder, written => Adjusted(written, precision, config));

    /// <summary>Writes the files.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="adjusted">From the configuration as it was written to what it is to say.</param>
    /// <exception cref="FathomException">A file cannot be written.</exception>
    internal void Save(string folder, Func<byte[], byte[]> adjusted)
    {
        foreach (var (name, content) in _files)
        {
            var path = Path.Combine(folder, name);
            if (name.Contains('/', StringComparison.Ordinal)) Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAllBytes(path, name == ModelSaving.ConfigName ? adjusted(content) : content);
        }
    }

    private static byte[] Adjusted(byte[] written, WeightPrecision precision, DecoderConfig config)
    {
        var root = JsonNode.Parse(written)!.AsObject();
        root[root.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = ModelSaving.NameOf(precision);
        if (root["tie_word_embeddings"]?.GetValue<bool>() is true) root["tie_word_embeddings"] = config.TiedHead;
        else if (!config.IsLlamaForm && !config.TiedHead) root["tie_word_embeddings"] = false;
        if (config.IsClassifier) HuggingFaceConfigWriter.SetClasses(root, config);
        return Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
    }
}
