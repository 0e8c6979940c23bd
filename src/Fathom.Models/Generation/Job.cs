using System.Text;
using Fathom.Models.Running;
using Fathom.Models.Tracing;
using Fathom.Tensors;
using Fathom.Tokenizers;

namespace Fathom.Models.Generation;

/// <summary>One prompt on its way to its continuation.</summary>
internal sealed class Job : IDisposable
{
    private readonly Sampler? _sampler;
    private readonly CounterRandom _random;
    private readonly DetokenizerStream? _stream;
    private readonly StopMatcher _stops;
    private readonly IReadOnlyList<int> _ends;
    private readonly StringBuilder _text = new();
    private readonly List<int> _output = [];
    private readonly List<double> _logProbabilities = [];
    private readonly List<double> _entropies = [];
    private readonly List<double> _maxProbabilities = [];

    /// <summary>Prepares a prompt; nothing is run and no memory is taken for it yet.</summary>
    public Job(LanguageModel model, int index, int[] prompt, GenerationOptions options, StatePooler? pooler = null)
    {
        if (prompt.Length == 0) throw new FathomException($"prompt {index} has no tokens: the text is empty and the tokenizer adds no special tokens");
        var longest = (long)prompt.Length + options.MaxNewTokens;
        if (longest > model.Config.ContextLength)
        {
            throw new FathomException($"prompt {index} of {prompt.Length} tokens and {options.MaxNewTokens} new tokens make {longest}, more than the context of {model.Config.ContextLength} tokens of {model.Location}: shorten the text or ask for fewer new tokens");
        }

        Index = index;
        Prompt = prompt;
        Options = options;
        Pooler = pooler;
        _sampler = options.Temperature > 0 ? new Sampler(options) : null;
        _random = new CounterRandom(options.Seed, (ulong)index);
        _stream = model.HasTokenizer ? model.Tokenizer.CreateStream() : null;
        _stops = new StopMatcher(options.StopStrings);
        _ends = !options.StopAtEndTokens ? [] : options.EndTokens ?? model.EndTokens;
        if (options.StopStrings.Count > 0 && _stream is null) throw new FathomException($"{model.Location}: has no tokenizer, so stop strings cannot be found");
    }

    /// <summary>Place in the call.</summary>
    public int Index { get; }

    /// <summary>Ids of the prompt.</summary>
    public int[] Prompt { get; }

    /// <summary>How to go on.</summary>
    public GenerationOptions Options { get; }

    /// <summary>Gathers hidden states, where wanted.</summary>
    public StatePooler? Pooler { get; }

    /// <summary>Tokens whose logits after the prompt are kept.</summary>
    public IReadOnlyList<int> ClassTokens { get; init; } = [];

    /// <summary>Their logits, once the prompt has run.</summary>
    public float[]? ClassLogits { get; private set; }

    /// <summary>The log of the sum of e to all logits there.</summary>
    public double? PromptLogSumExp { get; private set; }

    /// <summary>Keys and values, while it runs.</summary>
    public TokenSequence? Sequence { get; set; }

    /// <summary>Why it ended, once it has.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public int Generated => _output.Count;

    /// <summary>Whether a pass is left to do: the prompt, the next token, or the last token for its states' sake.</summary>
    public bool NeedsPass => Finish is null || (Pooler is { } pooler && pooler.WantsStep(_output.Count) && Sequence!.Length < Prompt.Length + _output.Count);

    /// <summary>The tokens of the next pass, at most <paramref name="most"/>.</summary>
    public ReadOnlyMemory<int> NextTokens(int most)
    {
        var done = Sequence!.Length;
        return done < Prompt.Length ? Prompt.AsMemory(done, Math.Min(most, Prompt.Length - done)) : new[] { _output[done - Prompt.Length] };
    }

    /// <summary>Takes the distribution after everything fed so far, chooses a token, and says what is new.</summary>
    public unsafe GeneratedToken Choose(float* logits, int vocabulary, in Tensors.Kernels.LogitStatistics statistics)
    {
        var id = _sampler is null ? statistics.ArgMax : _sampler.Sample(new ReadOnlySpan<float>(logits, vocabulary), statistics.Largest, _random.NextDouble());
        var logProbability = logits[id] - statistics.LogSumExp;
        var maxProbability = Positions.Elementary.Exp(statistics.Largest - statistics.LogSumExp);
        if (_output.Count == 0 && ClassTokens.Count > 0) KeepClassLogits(logits, statistics.LogSumExp);
        _output.Add(id);
        _logProbabilities.Add(logProbability);
        _entropies.Add(statistics.Entropy);
        _maxProbabilities.Add(maxProbability);
        var ended = _ends.Contains(id);
        var text = _stops.Append(_stream?.Append(id) ?? "");
        if (_stops.Stopped) Finish = FinishReason.StopString;
        else if (ended) Finish = FinishReason.EndToken;
        else if (_output.Count == Options.MaxNewTokens) Finish = FinishReason.Length;
        if (Finish is not null) text += _stops.Append(_stream?.Flush() ?? "") + _stops.Flush();
        _text.Append(text);
        return new GeneratedToken(Index, id, text, logProbability, statistics.Entropy, maxProbability, Finish);
    }

    /// <summary>Ends it after its prompt: nothing is to be generated.</summary>
    public void EndAfterPrompt() => Finish = FinishReason.Length;

    /// <summary>The finished continuation.</summary>
    public GenerationResult ToResult() => new()
    {
        Index = Index,
        PromptTokens = Prompt,
        Tokens = [.. _output],
        Text = _text.ToString(),
        LogProbabilities = [.. _logProbabilities],
        Entropies = [.. _entropies],
        MaxProbabilities = [.. _maxProbabilities],
        Finish = Finish ?? throw new InvalidOperationException("the job has not ended"),
    };

    private unsafe void KeepClassLogits(float* logits, double logSumExp)
    {
        var kept = new float[ClassTokens.Count];
        for (var c = 0; c < kept.Length; c++) kept[c] = logits[ClassTokens[c]];
        ClassLogits = kept;
        PromptLogSumExp = logSumExp;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sequence?.Dispose();
        Sequence = null;
    }
}
