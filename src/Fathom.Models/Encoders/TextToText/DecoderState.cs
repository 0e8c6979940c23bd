using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.TextToText;

/// <summary>One sequence in a decoder: keys and values of what it has written, and of the text it reads, layer by layer.</summary>
internal sealed class DecoderState : IDisposable
{
    /// <summary>Starts a sequence.</summary>
    public DecoderState(IKernels kernels, int layers, int heads, int headDim)
    {
        Written = [.. Enumerable.Range(0, layers).Select(_ => kernels.CreateCache(heads, headDim))];
        Read = [.. Enumerable.Range(0, layers).Select(_ => kernels.CreateCache(heads, headDim))];
    }

    /// <summary>Of the tokens so far.</summary>
    public AttentionCache[] Written { get; }

    /// <summary>Of the encoder's states.</summary>
    public AttentionCache[] Read { get; }

    /// <summary>Tokens run so far.</summary>
    public int Length => Written[0].Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cache in Written) cache.Dispose();
        foreach (var cache in Read) cache.Dispose();
    }
}
