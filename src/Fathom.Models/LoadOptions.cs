using Fathom.Tensors;

namespace Fathom.Models;

/// <summary>How a model is loaded. Nothing here but the adapter changes a bit of any result.</summary>
public sealed record LoadOptions
{
    /// <summary>Where to compute; not disposed with the model. Default: a CPU device of the model's own.</summary>
    public Device? Device { get; init; }

    /// <summary>Threads of the model's own device; default: every processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether to read the tokenizer. Without it the model takes and gives token ids only.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>Folder of a LoRA adapter as PEFT writes it, merged into the weights in memory (fp32); null for the model as it is.</summary>
    public string? Adapter { get; init; }

    /// <summary>Name of the configuration in the folder, where it is not <c>config.json</c>.</summary>
    internal string? ConfigFile { get; init; }
}
