using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Runs;
using Fathom.Models;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Generation;
using Fathom.Tokenizers;

namespace Fathom.Cli.Models;

/// <summary>An encoder with a decoder (T5) as a command uses it.</summary>
internal sealed class TextToTextSession : ITextWriter
{
    private readonly TextToTextModel _model;
    private readonly string _name;

    private TextToTextSession(TextToTextModel model, string name) => (_model, _name) = (model, name);

    /// <inheritdoc/>
    public Tokenizer Tokenizer => _model.Tokenizer;

    // Positions are relative: no length is too long but for memory.
    /// <inheritdoc/>
    public int ContextLength => int.MaxValue;

    /// <inheritdoc/>
    public string Fingerprint => _model.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<FileHash> Files => [.. _model.Files.Select(path => FileHash.Of(path))];

    /// <summary>Opens a folder.</summary>
    /// <exception cref="FathomException">It is not supported, or an adapter is asked for.</exception>
    public static TextToTextSession Open(string path, VerbContext context)
    {
        if (context.Get(CommonOptions.Adapter) is { } adapter) throw new FathomException($"{adapter}: adapters go on decoders; {path} is an encoder with a decoder");
        return new TextToTextSession(TextToTextModel.Load(path, new LoadOptions { Threads = context.Get(CommonOptions.Threads) }), ModelName.Of(path));
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["name"] = _name,
        ["family"] = _model.Config.Encoder.Family,
        ["parameters"] = _model.ParameterCount,
        ["layers"] = _model.Config.DecoderLayers,
        ["width"] = _model.Config.Encoder.Width,
        ["fingerprint"] = _model.Fingerprint,
    };

    /// <inheritdoc/>
    public IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> prompts, GenerationOptions options, Action<GeneratedToken> onToken, CancellationToken stop) =>
        _model.Generate(prompts, options, onToken, stop);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
