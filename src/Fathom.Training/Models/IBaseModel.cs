using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>What training starts from, whatever kind of model it is; the weights themselves are read by <see cref="Create"/>.</summary>
public interface IBaseModel
{
    /// <summary>The model's tokenizer.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Configuration and tokenizer files, to be put beside what comes of it.</summary>
    CompanionFiles Companions { get; }

    /// <summary>The folder it lies in; null from scratch.</summary>
    string? Folder { get; }

    /// <summary>Files that decide its numbers; none from scratch.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>Number of weights.</summary>
    long ParameterCount { get; }

    /// <summary>Most tokens of a sequence.</summary>
    int ContextLength { get; }

    /// <summary>Number of weights of an adapter.</summary>
    /// <exception cref="FathomException">The options name no layer of the model, or do not fit.</exception>
    long LoraParameterCount(LoraOptions options);

    /// <summary>What teaching it will hold in memory.</summary>
    /// <param name="trainable">Numbers of the adapter that is taught; null where all weights are.</param>
    /// <param name="momentsPerParameter">Numbers the optimiser keeps of each.</param>
    /// <param name="partTokens">Tokens computed at once at most.</param>
    /// <param name="longest">Tokens of the longest sequence.</param>
    /// <param name="checkpointing">Whether only the inputs of blocks are kept.</param>
    MemoryForecast Memory(long? trainable, int momentsPerParameter, long partTokens, int longest, bool checkpointing);

    /// <summary>Reads or draws the weights.</summary>
    /// <param name="device">Where the model computes.</param>
    /// <param name="seed">Seed of random weights.</param>
    ITrainable Create(AutogradDevice device, ulong seed);
}
