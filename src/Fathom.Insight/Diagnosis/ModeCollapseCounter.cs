namespace Fathom.Insight.Diagnosis;

/// <summary>Counts tokens and different tokens of a stream; memory is the vocabulary, whatever the length.</summary>
public sealed class ModeCollapseCounter
{
    private readonly bool[] _seen;

    // How many tokens had gone by when each different one came first, ascending: n after any N without keeping the tokens.
    private readonly List<long> _firsts = [];
    private long _tokens;

    /// <summary>Starts at nothing, for ids from 0 to <paramref name="vocabularySize"/> - 1.</summary>
    public ModeCollapseCounter(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        _seen = new bool[vocabularySize];
    }

    /// <summary>What has been seen so far.</summary>
    public ModeCollapse Total => new(_tokens, _firsts.Count, _seen.Length);

    /// <summary>Counts one sample's output.</summary>
    /// <exception cref="FathomException">An id is outside the vocabulary.</exception>
    public void Add(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)_seen.Length) throw new FathomException($"token {token} is not in the vocabulary of {_seen.Length}: is the tokenizer another model's?");
            if (!_seen[token])
            {
                _seen[token] = true;
                _firsts.Add(_tokens);
            }

            _tokens++;
        }
    }

    /// <summary>What had been seen after the first <paramref name="tokens"/> tokens, for comparing sets at equal length.</summary>
    /// <exception cref="FathomException">There were fewer.</exception>
    public ModeCollapse After(long tokens)
    {
        if (tokens < 0 || tokens > _tokens) throw new FathomException($"mode collapse after {tokens} tokens: there were {_tokens}");
        var place = _firsts.BinarySearch(tokens);
        return new ModeCollapse(tokens, place >= 0 ? place : ~place, _seen.Length);
    }
}
