using System.Text.Json.Nodes;
using Fathom.Cli.Runs;
using Fathom.Models.Generation;
using Fathom.Tokenizers;

namespace Fathom.Cli.Models;

/// <summary>A model that writes text for prompts, whichever way it is built.</summary>
internal interface ITextWriter : IDisposable
{
    /// <summary>The tokenizer.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Tokens that a prompt and its output may have together.</summary>
    int ContextLength { get; }

    /// <summary>SHA-256 over what decides the model's numbers.</summary>
    string Fingerprint { get; }

    /// <summary>The model's files with their hashes.</summary>
    IReadOnlyList<FileHash> Files { get; }

    /// <summary>As results name it.</summary>
    JsonObject ToJson();

    /// <summary>Writes for each prompt.</summary>
    IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> prompts, GenerationOptions options, Action<GeneratedToken> onToken, CancellationToken stop);
}
