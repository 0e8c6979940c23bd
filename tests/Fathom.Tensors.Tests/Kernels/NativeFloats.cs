using System.Runtime.InteropServices;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>Floats outside the managed heap, with guard values behind them.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private const int Guard = 64;
    private const float GuardValue = 12345.678f;

    public NativeFloats(int length)
    {
        Length = length;
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)(length + Guard) * 4, 64);
        new Span<float>(Pointer, length + Guard).Fill(GuardValue);
    }

    public NativeFloats(ReadOnlySpan<float> values)
        : this(values.Length) => values.CopyTo(Span);

    public float* Pointer { get; }

    public int Length { get; }

    public Span<float> Span => new(Pointer, Length);

    /// <summary>Normal numbers of some spread, a few of them large, tiny or zero.</summary>
    public static NativeFloats Random(CounterRandom random, int length, double scale = 1)
    {
        var floats = new NativeFloats(length);
        for (var i = 0; i < length; i++)
        {
            var special = random.NextInt32(64);
            floats.Span[i] = special switch { 0 => 0f, 1 => -0f, 2 => (float)(30 * scale * random.NextNormal()), 3 => (float)(1e-6 * random.NextNormal()), _ => (float)(scale * random.NextNormal()) };
        }

        return floats;
    }

    public NativeFloats Copy() => new(Span);

    public void AssertSameBits(NativeFloats other, string what)
    {
        for (var i = 0; i < Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(Pointer[i]) != BitConverter.SingleToInt32Bits(other.Pointer[i]))
            {
                Assert.Fail($"{what}: number {i} is {other.Pointer[i]:R}, expected {Pointer[i]:R}");
            }
        }

        foreach (var guard in new Span<float>(other.Pointer + Length, Guard))
        {
            Assert.Equal(GuardValue, guard);
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
