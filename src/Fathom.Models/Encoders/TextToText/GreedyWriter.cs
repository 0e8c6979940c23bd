using Fathom.Models.Generation;

namespace Fathom.Models.Encoders.TextToText;

/// <summary>One output as it is written, the most probable token each time.</summary>
internal sealed class GreedyWriter(DecoderState state, TextToTextConfig config, int maxNewTokens) : IDisposable
{
    private readonly int[] _next = [config.StartToken];

    /// <summary>Keys and values.</summary>
    public DecoderState State => state;

    /// <summary>What the decoder is fed next.</summary>
    public ReadOnlyMemory<int> Next => _next;

    /// <summary>What was written.</summary>
    public List<int> Tokens { get; } = [];

    /// <summary>How likely each token was.</summary>
    public List<double> LogProbabilities { get; } = [];

    /// <summary>Whether it has ended.</summary>
    public bool Done { get; private set; }

    /// <summary>Why it ended.</summary>
    public FinishReason Finish { get; private set; }

    /// <summary>Takes the next token.</summary>
    public void Take(int token, double logProbability)
    {
        Tokens.Add(token);
        LogProbabilities.Add(logProbability);
        _next[0] = token;
        var ended = config.EndTokens.Contains(token);
        Finish = ended ? FinishReason.EndToken : FinishReason.Length;
        Done = ended || Tokens.Count == maxNewTokens;
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
