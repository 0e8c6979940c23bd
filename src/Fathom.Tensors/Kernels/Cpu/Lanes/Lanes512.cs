using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Sixteen floats in one 512-bit vector.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Lanes512>
{
    private readonly Vector512<float> _0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes512(Vector512<float> first)
    {
        _0 = first;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* from) => new(Vector512.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 x, float* to)
    {
        x._0.Store(to);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(float x) => new(Vector512.Create(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Add(Lanes512 a, Lanes512 b) => new(a._0 + b._0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Subtract(Lanes512 a, Lanes512 b) => new(a._0 - b._0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Multiply(Lanes512 a, Lanes512 b) => new(a._0 * b._0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Divide(Lanes512 a, Lanes512 b) => new(a._0 / b._0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fma(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._0, b._0, c._0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 x) => new(Vector512.Sqrt(x._0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 x) => new(Vector512.Abs(x._0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SelectLess(Lanes512 a, Lanes512 b, Lanes512 then, Lanes512 otherwise) => new(Vector512.ConditionalSelect(Vector512.LessThan(a._0, b._0), then._0, otherwise._0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Larger(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._0, b._0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PowerOfTwo(Lanes512 x) => new(((Vector512.AsInt32(x._0) << 23) + Vector512.Create(127 << 23)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ToExponent(Lanes512 x) => new((Vector512.AsInt32(x._0) << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsAny(Lanes512 a, Lanes512 b) => Vector512.EqualsAny(a._0, b._0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(Lanes512 x)
    {
        var eight = x._0.GetLower() + x._0.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldLargest(Lanes512 x)
    {
        var eight = Vector256.MaxNative(x._0.GetLower(), x._0.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1)))[0];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBytes(byte* from) => new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)from))));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 NibbleTable(float bias) => new(Vector512<float>.Indices - Vector512.Create(bias));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadNibbles(byte* from, Lanes512 table, out Lanes512 low, out Lanes512 high)
    {
        var pairs = Avx512F.ConvertToVector512Int32(Vector128.Load(from));

        // A permutation looks at four bits of its index: it masks, converts and takes the bias off at once.
        low = new(Avx512F.PermuteVar16x32(table._0, pairs));
        high = new(Avx512F.PermuteVar16x32(table._0, pairs >> 4));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBFloats(byte* from, out Lanes512 low, out Lanes512 high)
    {
        var w0 = Vector512.Load((uint*)from);
        var mask = Vector512.Create(0xFFFF0000u);
        low = new((w0 << 16).AsSingle());
        high = new((w0 & mask).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadHalves(byte* from, out Lanes512 low, out Lanes512 high)
    {
        var w0 = Vector512.Load((uint*)from);
        low = new(Widen(w0 & Vector512.Create(0xFFFFu)));
        high = new(Widen(w0 >> 16));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToDoubles(Lanes512 x, double* sums)
    {
        var (l0, u0) = Vector512.Widen(x._0);
        (Vector512.Load(sums) + l0).Store(sums);
        (Vector512.Load(sums + 8) + u0).Store(sums + 8);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FmaToDoubles(Lanes512 a, Lanes512 b, double* sums)
    {
        var (al0, au0) = Vector512.Widen(a._0);
        var (bl0, bu0) = Vector512.Widen(b._0);
        Vector512.FusedMultiplyAdd(al0, bl0, Vector512.Load(sums)).Store(sums);
        Vector512.FusedMultiplyAdd(au0, bu0, Vector512.Load(sums + 8)).Store(sums + 8);
    }

    // Half to single by integer steps: shift the fields into place, scale by 2^112 (exact, subnormals too), mend infinity and NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector512<uint> half)
    {
        var sign = (half & Vector512.Create(0x8000u)) << 16;
        var magnitude = (half & Vector512.Create(0x7FFFu)) << 13;
        var special = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(0x7C00u << 13)) & Vector512.Create(0x7F800000u);
        var scaled = magnitude.AsSingle() * Vector512.Create(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        return (scaled.AsUInt32() | sign | special).AsSingle();
    }
}
