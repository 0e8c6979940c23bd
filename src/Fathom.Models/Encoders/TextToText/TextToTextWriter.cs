using Fathom.Models.Generation;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.TextToText;

/// <summary>One output as it is written.</summary>
internal sealed class TextToTextWriter(int[] prompt, DecoderState state, int startToken, Continuation continuation) : IDisposable
{
    private readonly int[] _next = [startToken];

    /// <summary>Keys and values.</summary>
    public DecoderState State => state;

    /// <summary>What the decoder is fed next.</summary>
    public ReadOnlyMemory<int> Next => _next;

    /// <summary>Whether it has ended.</summary>
    public bool Done => continuation.Finish is not null;

    /// <summary>All that was written.</summary>
    public GenerationResult Result => continuation.ToResult(prompt);

    /// <summary>Chooses the next token.</summary>
    public unsafe GeneratedToken Choose(float* logits, int vocabulary, in LogitStatistics statistics)
    {
        var token = continuation.Choose(logits, vocabulary, statistics);
        _next[0] = token.Id;
        return token;
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
