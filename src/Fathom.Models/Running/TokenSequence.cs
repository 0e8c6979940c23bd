using Fathom.Tensors.Kernels;

namespace Fathom.Models.Running;

/// <summary>
/// One sequence as far as it has been run: its keys and values in every layer. The number of tokens known from the start (the
/// prompt) matters only to dynamic rope, whose frequencies are those of the whole prompt, and after it of the length at each step.
/// </summary>
internal sealed class TokenSequence : IDisposable
{
    private readonly AttentionCache[] _caches;

    /// <summary>Starts an empty sequence.</summary>
    public TokenSequence(IKernels kernels, Architectures.DecoderConfig config, int promptLength)
    {
        PromptLength = promptLength;
        _caches = new AttentionCache[config.Layers];
        for (var layer = 0; layer < _caches.Length; layer++) _caches[layer] = kernels.CreateCache(config.SizesOf(layer).KeyValueHeads, config.HeadDim);
    }

    /// <summary>Tokens known from the start, however many passes they are fed in.</summary>
    public int PromptLength { get; }

    /// <summary>Positions run so far.</summary>
    public int Length => _caches[0].Length;

    /// <summary>Bytes of keys and values.</summary>
    public long ByteLength => _caches.Sum(cache => cache.ByteLength);

    /// <summary>Bytes of keys and values of a sequence of this many positions at most; caches grow by whole blocks.</summary>
    public static long MostBytes(Architectures.DecoderConfig config, long length)
    {
        var positions = (length + KeyValueBlocks.Keys - 1) / KeyValueBlocks.Keys * KeyValueBlocks.Keys;
        var heads = config.Sizes.Count > 0 ? config.Sizes.Sum(size => (long)size.KeyValueHeads) : (long)config.Layers * config.KeyValueHeads;
        return checked(positions * heads * 2 * ((config.HeadDim + 15) / 16 * 16) * sizeof(float));
    }

    /// <summary>Keys and values of a layer.</summary>
    public AttentionCache Cache(int layer) => _caches[layer];

    /// <summary>The length whose frequencies a position is rotated with.</summary>
    public int RopeLength(int position) => Math.Max(PromptLength, position + 1);

    /// <summary>Forgets all positions from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        foreach (var cache in _caches) cache.Truncate(length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cache in _caches) cache.Dispose();
    }
}
