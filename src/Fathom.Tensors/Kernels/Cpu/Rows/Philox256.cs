using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Philox4x32-10 of eight counters at once; integers, so the same on every machine.</summary>
internal static class Philox256
{
    /// <summary>Whether this processor has what it takes.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>The generator: four words of each counter in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d, (uint A, uint B) key)
    {
        var first = Vector256.Create(0xD2511F53UL).AsUInt32();
        var second = Vector256.Create(0xCD9E8D57UL).AsUInt32();
        var (keyA, keyB) = key;
        for (var round = 0; round < 10; round++)
        {
            Multiply(a, first, out var highA, out var lowA);
            Multiply(c, second, out var highC, out var lowC);
            a = highC ^ b ^ Vector256.Create(keyA);
            b = lowC;
            c = highA ^ d ^ Vector256.Create(keyB);
            d = lowA;
            keyA = unchecked(keyA + 0x9E3779B9);
            keyB = unchecked(keyB + 0xBB67AE85);
        }
    }

    // The processor multiplies every other lane into 64 bits; the odd lanes are brought down and back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(Vector256<uint> x, Vector256<uint> factor, out Vector256<uint> high, out Vector256<uint> low)
    {
        var even = Avx2.Multiply(x, factor);
        var odd = Avx2.Multiply((x.AsUInt64() >> 32).AsUInt32(), factor);
        high = Avx2.Blend((even >> 32).AsUInt32(), odd.AsUInt32(), 0b10101010);
        low = Avx2.Blend(even.AsUInt32(), (odd << 32).AsUInt32(), 0b10101010);
    }
}
