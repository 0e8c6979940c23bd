using System.Text;
using Fathom.Tensors;
using Fathom.Tensors.Kernels;
using Fathom.Tokenizers;

namespace Fathom.Models.Generation;

/// <summary>What a model adds to one prompt, token by token: chosen, counted, turned into text and ended.</summary>
internal sealed class Continuation
{
    private readonly GenerationOptions _options;
    private readonly Sampler? _sampler;
    private readonly CounterRandom _random;
    private readonly DetokenizerStream? _stream;
    private readonly StopMatcher _stops;
    private readonly IReadOnlyList<int> _ends;
    private readonly StringBuilder _text = new();
    private readonly List<int> _tokens = [];
    private readonly List<double> _logProbabilities = [];
    private readonly List<double> _entropies = [];
    private readonly List<double> _maxProbabilities = [];

    /// <summary>Begins.</summary>
    /// <param name="index">Place of the prompt in the call; also the stream of random numbers.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="tokenizer">Turns tokens into text; null where there is none.</param>
    /// <param name="ends">The model's end tokens.</param>
    /// <param name="location">The model's place, for messages.</param>
    /// <exception cref="FathomException">Stop strings are wanted and there is no tokenizer.</exception>
    public Continuation(int index, GenerationOptions options, Tokenizer? tokenizer, IReadOnlyList<int> ends, string location)
    {
        Index = index;
        _options = options;
        _sampler = options.Temperature > 0 ? new Sampler(options) : null;
        _random = new CounterRandom(options.Seed, (ulong)index);
        _stream = tokenizer?.CreateStream();
        _stops = new StopMatcher(options.StopStrings);
        _ends = !options.StopAtEndTokens ? [] : options.EndTokens ?? ends;
        if (options.StopStrings.Count > 0 && _stream is null) throw new FathomException($"{location}: has no tokenizer, so stop strings cannot be found");
    }

    /// <summary>Place of the prompt in the call.</summary>
    public int Index { get; }

    /// <summary>The tokens so far.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Why it ended, once it has.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Takes the distribution after everything so far, chooses a token, and says what is new.</summary>
    public unsafe GeneratedToken Choose(float* logits, int vocabulary, in LogitStatistics statistics)
    {
        var id = _sampler is null ? statistics.ArgMax : _sampler.Sample(new ReadOnlySpan<float>(logits, vocabulary), statistics.Largest, _random.NextDouble());
        var logProbability = logits[id] - statistics.LogSumExp;
        var maxProbability = Positions.Elementary.Exp(statistics.Largest - statistics.LogSumExp);
        _tokens.Add(id);
        _logProbabilities.Add(logProbability);
        _entropies.Add(statistics.Entropy);
        _maxProbabilities.Add(maxProbability);
        var ended = _ends.Contains(id);
        var text = _stops.Append(_stream?.Append(id) ?? "");
        if (_stops.Stopped) Finish = FinishReason.StopString;
        else if (ended) Finish = FinishReason.EndToken;
        else if (_tokens.Count == _options.MaxNewTokens) Finish = FinishReason.Length;
        if (Finish is not null) text += _stops.Append(_stream?.Flush() ?? "") + _stops.Flush();
        _text.Append(text);
        return new GeneratedToken(Index, id, text, logProbability, statistics.Entropy, maxProbability, Finish);
    }

    /// <summary>Ends it as it is.</summary>
    public void End() => Finish = FinishReason.Length;

    /// <summary>All of it.</summary>
    /// <param name="prompt">What it continues.</param>
    public GenerationResult ToResult(int[] prompt) => new()
    {
        Index = Index,
        PromptTokens = prompt,
        Tokens = [.. _tokens],
        Text = _text.ToString(),
        LogProbabilities = [.. _logProbabilities],
        Entropies = [.. _entropies],
        MaxProbabilities = [.. _maxProbabilities],
        Finish = Finish ?? throw new InvalidOperationException("the continuation has not ended"),
    };
}
