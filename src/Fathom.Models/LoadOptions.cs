using Fathom.Tensors;

namespace Fathom.Models;

/// <summary>How a model is loaded. Nothing here changes a bit of any result.</summary>
public sealed record LoadOptions
{
    /// <summary>Where to compute; not disposed with the model. Default: a CPU device of the model's own.</summary>
    public Device? Device { get; init; }

    /// <summary>Threads of the model's own device; default: every processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether to read the tokenizer. Without it the model takes and gives token ids only.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>Name of the configuration in the folder, where it is not <c>config.json</c>.</summary>
    internal string? ConfigFile { get; init; }
}
