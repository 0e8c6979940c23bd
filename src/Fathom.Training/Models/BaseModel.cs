using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Models.Conversion;
using Fathom.Models.Running;
using Fathom.Tensors.Autograd;
using Fathom.Tokenizers;
using Fathom.Tokenizers.Training;

namespace Fathom.Training;

/// <summary>What training starts from: a model in a folder, or a shape with random weights; with its tokenizer and the files beside it. The weights themselves are read by <see cref="Create"/>.</summary>
public sealed class BaseModel : IBaseModel
{
    private const string EndOfText = "<|endoftext|>";
    private const string TokenizerFile = "tokenizer.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };
    private readonly Func<AutogradDevice, ulong, TrainableModel> _create;

    private BaseModel(DecoderConfig config, Tokenizer tokenizer, CompanionFiles companions, Func<AutogradDevice, ulong, TrainableModel> create) =>
        (Config, Tokenizer, Companions, _create) = (config, tokenizer, companions, create);

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Configuration and tokenizer files, to be put beside what comes of it.</summary>
    public CompanionFiles Companions { get; }

    /// <summary>Token after which generation stops, where there is one.</summary>
    public int? EndToken { get; private init; }

    /// <summary>All tokens after which generation stops.</summary>
    public IReadOnlyList<int> EndTokens { get; private init; } = [];

    /// <summary>The folder it lies in; null from scratch.</summary>
    public string? Folder { get; private init; }

    /// <summary>Files that decide its numbers; none from scratch.</summary>
    public IReadOnlyList<string> Files { get; private init; } = [];

    /// <summary>Number of weights.</summary>
    public long ParameterCount => ParameterShapes.Count(Config);

    /// <inheritdoc/>
    public int ContextLength => Config.ContextLength;

    /// <summary>Looks at a model in Hugging Face layout.</summary>
    /// <exception cref="FathomException">There is no model with a tokenizer.</exception>
    public static BaseModel FromFolder(string folder)
    {
        var files = ModelFiles.Open(folder);
        using var weights = files.Weights;
        var tokenizer = files.LoadTokenizer() ?? throw FolderTokenizer.Missing(folder);
        var companions = CompanionFiles.Read(folder);
        if (files.Gguf is { } gguf) AddWhatGgufSays(companions, gguf, tokenizer, files.EndTokens, folder);
        return new BaseModel(CheckpointWeights.ConfigOf(files), tokenizer, companions, (device, _) => TrainableModel.Load(folder, device))
        {
            Folder = folder,
            Files = files.Paths,
            EndToken = files.EndTokens.Count > 0 ? files.EndTokens[0] : null,
            EndTokens = files.EndTokens,
        };
    }

    /// <summary>Prepares a model with random weights.</summary>
    /// <param name="config">Keys of its config.json; <c>model_type</c> is <c>llama</c> unless said, <c>vocab_size</c> and end token are the tokenizer's.</param>
    /// <param name="tokenizerFiles">The tokenizer's files.</param>
    /// <param name="tokenizer">The same, loaded.</param>
    /// <param name="endToken">Token after which generation stops.</param>
    /// <exception cref="FathomException">The keys are not the configuration of a model that can be trained.</exception>
    public static BaseModel FromScratch(JsonObject config, CompanionFiles tokenizerFiles, Tokenizer tokenizer, int? endToken)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var keys = (JsonObject)config.DeepClone();
        if (!keys.ContainsKey("model_type")) keys.Insert(0, "model_type", "llama");
        var llama = (string?)keys["model_type"] is "llama" or "mistral";
        if (llama && !keys.ContainsKey("architectures")) keys.Insert(0, "architectures", new JsonArray((string?)keys["model_type"] == "mistral" ? "MistralForCausalLM" : "LlamaForCausalLM"));
        if (!keys.ContainsKey("vocab_size")) keys["vocab_size"] = tokenizer.IdLimit;
        if (llama && !keys.ContainsKey("hidden_act")) keys["hidden_act"] = "silu";
        keys["eos_token_id"] = endToken;
        keys["bos_token_id"] = null;
        var json = Encoding.UTF8.GetBytes(keys.ToJsonString(Indented) + "\n");
        var (shape, _) = FreshModel.Read(json, "model.from_scratch");
        if (shape.Vocabulary < tokenizer.IdLimit) throw new FathomException($"model.from_scratch: vocab_size is {shape.Vocabulary}, the tokenizer has ids up to {tokenizer.IdLimit - 1}; leave it out");
        tokenizerFiles.Add(ModelSaving.ConfigName, json);
        if (endToken is { } end) tokenizerFiles.Add("generation_config.json", Encoding.UTF8.GetBytes(new JsonObject { ["eos_token_id"] = end }.ToJsonString(Indented) + "\n"));
        return new BaseModel(shape, tokenizer, tokenizerFiles, (device, seed) => TrainableModel.FromConfig(json, device, seed, "model.from_scratch")) { EndToken = endToken, EndTokens = endToken is { } only ? [only] : [] };
    }

    /// <summary>Trains a byte-level BPE tokenizer on texts and prepares a model with random weights that uses it.</summary>
    /// <exception cref="FathomException">The vocabulary is too small, or the keys are not a configuration.</exception>
    public static BaseModel FromScratch(JsonObject config, IEnumerable<string> texts, int vocabulary, bool individualDigits, CancellationToken stop = default)
    {
        var json = ByteLevelBpe.Train(texts, new ByteLevelBpeOptions { VocabularySize = vocabulary, IndividualDigits = individualDigits, SpecialTokens = [EndOfText] }, stop);
        var files = new CompanionFiles();
        files.Add("tokenizer.json", json);
        files.Add("tokenizer_config.json", Encoding.UTF8.GetBytes(new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["eos_token"] = EndOfText,
            ["clean_up_tokenization_spaces"] = false,
        }.ToJsonString(Indented) + "\n"));
        return FromScratch(config, files, Tokenizer.FromJson(json), endToken: 0);
    }

    // A GGUF file has no tokenizer.json inside, and one that lies beside it may lack what the file says.
    private static void AddWhatGgufSays(CompanionFiles companions, GgufFile gguf, Tokenizer tokenizer, IReadOnlyList<int> endTokens, string folder)
    {
        if (!companions.Names.Contains(TokenizerFile)) AddTokenizer(companions, gguf);
        if (!companions.Names.Contains(TokenizerFile)) throw new FathomException($"{folder}: no tokenizer.json can be made of this GGUF file's vocabulary, and the result, in Hugging Face layout, must have one: put the model's own into the folder");
        if (!companions.Names.Contains("generation_config.json") && endTokens.Count > 0)
            companions.Add("generation_config.json", Encoding.UTF8.GetBytes(new JsonObject { ["eos_token_id"] = new JsonArray([.. endTokens.Select(id => (JsonNode)id)]) }.ToJsonString(Indented) + "\n"));
        if (companions.Names.Contains("tokenizer_config.json")) return;
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false };
        if (tokenizer.SpecialTokens.Bos is { } bos) config["bos_token"] = bos.Text;
        if (tokenizer.SpecialTokens.Eos is { } eos) config["eos_token"] = eos.Text;
        if (tokenizer.ChatTemplate is { } template) config["chat_template"] = template;
        companions.Add("tokenizer_config.json", Encoding.UTF8.GetBytes(config.ToJsonString(Indented) + "\n"));
    }

    private static void AddTokenizer(CompanionFiles companions, GgufFile gguf)
    {
        var made = Directory.CreateTempSubdirectory("fathom-tokenizer-");
        try
        {
            HuggingFaceTokenizer.Write(gguf, made.FullName, []);
            foreach (var file in made.EnumerateFiles().Where(file => !companions.Names.Contains(file.Name))) companions.Add(file.Name, File.ReadAllBytes(file.FullName));
        }
        finally
        {
            made.Delete(recursive: true);
        }
    }

    /// <summary>Number of weights of an adapter.</summary>
    /// <exception cref="FathomException">The options name no layer of the model, or do not fit.</exception>
    public long LoraParameterCount(LoraOptions options)
    {
        var shapes = ParameterShapes.WithHead(Config);
        var plan = LoraPlan.Make(options, shapes, "adapter");
        return plan.Targets.Sum(target => (long)target.Rank * (target.Inputs + target.Outputs)) + plan.Saved.Sum(name => shapes[name].Aggregate(1L, (product, size) => checked(product * size)));
    }

    /// <summary>The same model as a classifier: one with a class head already keeps it, another gets a new one when it is created.</summary>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="pooling">What a new head reads.</param>
    /// <param name="addEndToken">Whether texts get the end token.</param>
    /// <exception cref="FathomException">It is a classifier of other classes or another form, or has no end token.</exception>
    public BaseModel AsClassifier(IReadOnlyList<string> labels, ClassPooling pooling = ClassPooling.Last, bool addEndToken = false)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (Config.IsClassifier && !Config.Labels.SequenceEqual(labels, StringComparer.Ordinal))
            throw new FathomException($"the model tells {string.Join(", ", Config.Labels)} apart, the data {string.Join(", ", labels)}: rename the labels or start from a language model");
        if (Config.IsClassifier && (Config.ClassPooling != pooling || Config.ClassEndToken != addEndToken))
            throw new FathomException($"the model's head reads the {(Config.ClassPooling == ClassPooling.Mean ? "mean" : "last")} token's state {(Config.ClassEndToken ? "with" : "without")} an end token, the recipe says otherwise (classifier.pooling, classifier.end_token): make them equal or start from a language model");
        if (Config.IsClassifier) return this;
        if (addEndToken && EndToken is null) throw new FathomException("classifier.end_token: the model names no end token (eos_token_id)");
        return new BaseModel(Config with { Labels = [.. labels], ClassPooling = pooling, ClassEndToken = addEndToken }, Tokenizer, Companions, Classifier) { Folder = Folder, Files = Files, EndToken = EndToken, EndTokens = EndTokens };

        TrainableModel Classifier(AutogradDevice device, ulong seed)
        {
            var model = _create(device, seed);
            model.BecomeClassifier(labels, seed, pooling, addEndToken);
            return model;
        }
    }

    /// <summary>Reads or draws the weights.</summary>
    /// <param name="device">Where the model computes.</param>
    /// <param name="seed">Seed of random weights.</param>
    public TrainableModel Create(AutogradDevice device, ulong seed) => _create(device, seed);

    /// <inheritdoc/>
    ITrainable IBaseModel.Create(AutogradDevice device, ulong seed) => Create(device, seed);

    /// <inheritdoc/>
    public MemoryForecast Memory(long? trainable, int momentsPerParameter, long partTokens, int longest, bool checkpointing) =>
        MemoryForecast.Of(Config, trainable, momentsPerParameter, partTokens, checkpointing);
}
