namespace Fathom.Models.Positions;

/// <summary>
/// Cosines and sines by position. An angle is the fp32 product of position and frequency, as in transformers; its cosine and sine
/// are ours. Where the frequencies do not depend on the sequence's length, rows once made are kept.
/// </summary>
internal sealed unsafe class RopeTable(RopeConfig config)
{
    private readonly float[] _frequencies = RopeFrequencies.Compute(config, 0);
    private readonly Dictionary<int, float[]> _byLength = [];
    private float[] _cos = [];
    private float[] _sin = [];
    private int _rows;

    /// <summary>What the frequencies are made of.</summary>
    public RopeConfig Config => config;

    /// <summary>How many numbers of each head are rotated.</summary>
    public int RotaryDim => config.RotaryDim;

    /// <summary>Numbers in a row of the tables.</summary>
    public int Half => config.RotaryDim / 2;

    /// <summary>The frequencies for a sequence of this length.</summary>
    public float[] Frequencies(int length)
    {
        if (length <= config.MostWithPlainFrequencies) return _frequencies;

        // LongRoPE has but one other set.
        if (config.Kind == RopeKind.LongRope) length = int.MaxValue;
        if (!_byLength.TryGetValue(length, out var frequencies))
        {
            if (_byLength.Count == 4096) _byLength.Clear();
            frequencies = RopeFrequencies.Compute(config, length);
            _byLength.Add(length, frequencies);
        }

        return frequencies;
    }

    /// <summary>Writes one row of cosines and sines: the position's, in a sequence whose frequencies are those of <paramref name="length"/>.</summary>
    public void Write(int position, int length, float* cos, float* sin)
    {
        var frequencies = Frequencies(length);
        if (!ReferenceEquals(frequencies, _frequencies))
        {
            Compute(frequencies, position, new Span<float>(cos, Half), new Span<float>(sin, Half));
            return;
        }

        Extend(position + 1);
        _cos.AsSpan(position * Half, Half).CopyTo(new Span<float>(cos, Half));
        _sin.AsSpan(position * Half, Half).CopyTo(new Span<float>(sin, Half));
    }

    private void Extend(int rows)
    {
        if (rows <= _rows) return;
        if (rows * Half > _cos.Length)
        {
            var capacity = checked(Math.Max(rows, 2 * _rows) * Half);
            Array.Resize(ref _cos, capacity);
            Array.Resize(ref _sin, capacity);
        }

        for (; _rows < rows; _rows++) Compute(_frequencies, _rows, _cos.AsSpan(_rows * Half, Half), _sin.AsSpan(_rows * Half, Half));
    }

    private void Compute(float[] frequencies, int position, Span<float> cos, Span<float> sin)
    {
        var factor = (float)config.AttentionFactor;
        for (var i = 0; i < frequencies.Length; i++)
        {
            var angle = (float)position * frequencies[i];
            var (s, c) = Elementary.SinCos(angle);
            cos[i] = (float)c * factor;
            sin[i] = (float)s * factor;
        }
    }
}
