namespace Fathom.Models.Tracing;

/// <summary>
/// Averages one sample's hidden states as they are made, in double: memory is entries x width for each way of pooling. Positions
/// are added in their order, so chunks and batches change no bit.
/// </summary>
internal sealed unsafe class StatePooler
{
    /// <summary>Steps that <see cref="Pooling.ReferenceCode"/> averages: the prompt pass and five generated tokens.</summary>
    public const int ReferenceSteps = 6;

    private readonly int _entries;
    private readonly int _width;
    private readonly int _limit;
    private readonly int _suffix;
    private readonly Dictionary<Pooling, double[]> _sums = [];
    private readonly Dictionary<Pooling, int> _counts = [];

    /// <summary>Prepares for these ways of pooling; <paramref name="limit"/> is the most generated tokens that count, <paramref name="suffix"/> how many prompt tokens end the template.</summary>
    public StatePooler(IEnumerable<Pooling> poolings, int entries, int width, int limit, int suffix = 0)
    {
        _suffix = suffix;
        _entries = entries;
        _width = width;
        _limit = limit;
        foreach (var pooling in poolings)
        {
            _sums.TryAdd(pooling, new double[checked(entries * width)]);
            _counts[pooling] = 0;
        }
    }

    /// <summary>
    /// Whether the states of the last generated token are wanted, though nothing is predicted from them: this is what costs a pass
    /// more, once the sample has ended.
    /// </summary>
    public bool WantsStep(int step) => _sums.ContainsKey(Pooling.OutputTokens) && step <= _limit;

    /// <summary>Adds a piece of the prompt, <c>[rows, width]</c> from position <paramref name="start"/> on.</summary>
    public void AddPrompt(int entry, float* states, int start, int rows, int promptLength)
    {
        if (_sums.ContainsKey(Pooling.PromptMean))
        {
            for (var row = 0; row < rows; row++) Add(Pooling.PromptMean, entry, states + (long)row * _width);
        }

        var sentence = promptLength - _suffix - start;
        if (_sums.ContainsKey(Pooling.SentenceMean))
        {
            for (var row = 0; row < Math.Min(rows, sentence); row++) Add(Pooling.SentenceMean, entry, states + (long)row * _width);
        }

        if (sentence > 0 && sentence <= rows) Add(Pooling.SentenceLast, entry, states + (long)(sentence - 1) * _width);
        if (start == 0) Add(Pooling.ReferenceCode, entry, states);
        if (start + rows < promptLength) return;
        var last = states + (long)(rows - 1) * _width;
        Add(Pooling.PromptLast, entry, last);
        if (_limit > 0) Add(Pooling.OutputPredictive, entry, last);
    }

    /// <summary>
    /// Adds generated token number <paramref name="step"/> (from 1), one row. <paramref name="predicts"/> is false for the last token,
    /// fed for its own state though nothing is predicted from it: no other way of pooling may see that pass.
    /// </summary>
    public void AddStep(int entry, int step, float* state, bool predicts)
    {
        if (step <= _limit) Add(Pooling.OutputTokens, entry, state);
        if (!predicts) return;
        if (step < _limit) Add(Pooling.OutputPredictive, entry, state);
        if (step < ReferenceSteps) Add(Pooling.ReferenceCode, entry, state);
    }

    /// <summary>The means.</summary>
    /// <param name="sample">What to call the sample in an error.</param>
    /// <exception cref="FathomException">There are too few steps for <see cref="Pooling.ReferenceCode"/>, or a state is not a finite number.</exception>
    public IReadOnlyDictionary<Pooling, PooledStates> Result(string sample)
    {
        var result = new Dictionary<Pooling, PooledStates>();
        foreach (var (pooling, sums) in _sums)
        {
            var count = _counts[pooling];
            if (pooling == Pooling.ReferenceCode && count < ReferenceSteps)
            {
                throw new FathomException($"{sample}: the pooling of the reference code needs {ReferenceSteps} steps, but generation ended after {count}: generate at least {ReferenceSteps} tokens and let end tokens not stop it, as the reference code does");
            }

            var values = new float[sums.Length];
            for (var i = 0; i < values.Length; i++) values[i] = (float)(sums[i] / count);
            if (Array.Exists(values, value => !float.IsFinite(value))) throw new FathomException($"{sample}: a hidden state is not a finite number");
            result.Add(pooling, new PooledStates(_entries, _width, values));
        }

        return result;
    }

    private void Add(Pooling pooling, int entry, float* state)
    {
        if (!_sums.TryGetValue(pooling, out var sums)) return;
        if (entry == 0) _counts[pooling]++;
        var to = sums.AsSpan(entry * _width, _width);
        for (var i = 0; i < to.Length; i++) to[i] += state[i];
    }
}
