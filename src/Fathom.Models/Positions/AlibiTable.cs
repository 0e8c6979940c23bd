using Fathom.Tensors.Kernels;

namespace Fathom.Models.Positions;

/// <summary>
/// What ALiBi adds to the scaled scores, a line a head: slope times the key's position, times the factor on the scores. Only differences
/// within a row matter to the softmax, so a line by key serves every query. Slopes and products are rounded to bfloat16, as Falcon does.
/// </summary>
internal sealed unsafe class AlibiTable(IKernels kernels, int heads, float scale) : IDisposable
{
    // Attention reads whole blocks of keys.
    private const int Beyond = 64;
    private readonly float[] _slopes = Slopes(heads);
    private DeviceBuffer? _lines;
    private int _length;

    /// <summary>Floats from a head's line to the next one's.</summary>
    public int Stride => _length + Beyond;

    /// <summary>The lines <c>[heads, Stride]</c>, good for at least this many positions; valid until the next call.</summary>
    public float* Lines(int length)
    {
        if (_lines is not null && length <= _length) return _lines.Pointer;
        var grown = checked(Math.Max(length, Math.Max(256, 2 * _length)));
        var lines = kernels.Allocate(checked((long)heads * (grown + Beyond)));
        _lines?.Dispose();
        (_lines, _length) = (lines, grown);
        for (var head = 0; head < heads; head++) Fill(head, new Span<float>(lines.Pointer + (long)head * Stride, Stride));
        return lines.Pointer;
    }

    /// <summary>What is added to the score of the key at each position, <c>[values.Length]</c>.</summary>
    public void Fill(int head, Span<float> values)
    {
        for (var position = 0; position < values.Length; position++) values[position] = Rounded(_slopes[head] * Rounded(position)) * scale;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines?.Dispose();

    // 2^(-8 i / n) for n heads, n a power of two; the rest interleaved from twice as many (the paper's authors' way).
    private static float[] Slopes(int heads)
    {
        var power = 1;
        while (2 * power <= heads) power *= 2;
        var slopes = new float[heads];
        for (var i = 0; i < heads; i++)
        {
            var exponent = i < power ? -8.0 * (i + 1) / power : -8.0 * (2 * (i - power) + 1) / (2 * power);
            slopes[i] = Rounded((float)Elementary.Pow(2, exponent));
        }

        return slopes;
    }

    // To bfloat16, ties to even.
    private static float Rounded(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
