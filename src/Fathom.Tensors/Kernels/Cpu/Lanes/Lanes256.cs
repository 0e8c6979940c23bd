using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Sixteen floats in two 256-bit vectors.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Lanes256>
{
    private readonly Vector256<float> _0;
    private readonly Vector256<float> _1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256(Vector256<float> first, Vector256<float> second)
    {
        _0 = first;
        _1 = second;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* from) => new(Vector256.Load(from), Vector256.Load(from + 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 x, float* to)
    {
        x._0.Store(to);
        x._1.Store(to + 8);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float x) => new(Vector256.Create(x), Vector256.Create(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Add(Lanes256 a, Lanes256 b) => new(a._0 + b._0, a._1 + b._1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Subtract(Lanes256 a, Lanes256 b) => new(a._0 - b._0, a._1 - b._1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Multiply(Lanes256 a, Lanes256 b) => new(a._0 * b._0, a._1 * b._1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Divide(Lanes256 a, Lanes256 b) => new(a._0 / b._0, a._1 / b._1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fma(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._0, b._0, c._0), Vector256.FusedMultiplyAdd(a._1, b._1, c._1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 x) => new(Vector256.Sqrt(x._0), Vector256.Sqrt(x._1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 x) => new(Vector256.Abs(x._0), Vector256.Abs(x._1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SelectLess(Lanes256 a, Lanes256 b, Lanes256 then, Lanes256 otherwise) => new(Vector256.ConditionalSelect(Vector256.LessThan(a._0, b._0), then._0, otherwise._0), Vector256.ConditionalSelect(Vector256.LessThan(a._1, b._1), then._1, otherwise._1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Larger(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._0, b._0), Vector256.MaxNative(a._1, b._1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PowerOfTwo(Lanes256 x) => new(((Vector256.AsInt32(x._0) << 23) + Vector256.Create(127 << 23)).AsSingle(), ((Vector256.AsInt32(x._1) << 23) + Vector256.Create(127 << 23)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ToExponent(Lanes256 x) => new((Vector256.AsInt32(x._0) << 23).AsSingle(), (Vector256.AsInt32(x._1) << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsAny(Lanes256 a, Lanes256 b) => Vector256.EqualsAny(a._0, b._0) || Vector256.EqualsAny(a._1, b._1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(Lanes256 x)
    {
        var eight = x._0 + x._1;
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldLargest(Lanes256 x)
    {
        var eight = Vector256.MaxNative(x._0, x._1);
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1)))[0];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBytes(byte* from) => new(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32((sbyte*)from)), Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32((sbyte*)from + 8)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 NibbleTable(float bias) => Broadcast(bias);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadNibbles(byte* from, Lanes256 table, out Lanes256 low, out Lanes256 high)
    {
        var first = Avx2.ConvertToVector256Int32(from);
        var second = Avx2.ConvertToVector256Int32(from + 8);
        var mask = Vector256.Create(15);
        low = new(Vector256.ConvertToSingle(first & mask) - table._0, Vector256.ConvertToSingle(second & mask) - table._1);
        high = new(Vector256.ConvertToSingle(first >> 4) - table._0, Vector256.ConvertToSingle(second >> 4) - table._1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBFloats(byte* from, out Lanes256 low, out Lanes256 high)
    {
        var w0 = Vector256.Load((uint*)from);
        var w1 = Vector256.Load((uint*)from + 8);
        var mask = Vector256.Create(0xFFFF0000u);
        low = new((w0 << 16).AsSingle(), (w1 << 16).AsSingle());
        high = new((w0 & mask).AsSingle(), (w1 & mask).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadHalves(byte* from, out Lanes256 low, out Lanes256 high)
    {
        var w0 = Vector256.Load((uint*)from);
        var w1 = Vector256.Load((uint*)from + 8);
        low = new(Widen(w0 & Vector256.Create(0xFFFFu)), Widen(w1 & Vector256.Create(0xFFFFu)));
        high = new(Widen(w0 >> 16), Widen(w1 >> 16));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToDoubles(Lanes256 x, double* sums)
    {
        var (l0, u0) = Vector256.Widen(x._0);
        (Vector256.Load(sums) + l0).Store(sums);
        (Vector256.Load(sums + 4) + u0).Store(sums + 4);
        var (l1, u1) = Vector256.Widen(x._1);
        (Vector256.Load(sums + 8) + l1).Store(sums + 8);
        (Vector256.Load(sums + 12) + u1).Store(sums + 12);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FmaToDoubles(Lanes256 a, Lanes256 b, double* sums)
    {
        var (al0, au0) = Vector256.Widen(a._0);
        var (bl0, bu0) = Vector256.Widen(b._0);
        Vector256.FusedMultiplyAdd(al0, bl0, Vector256.Load(sums)).Store(sums);
        Vector256.FusedMultiplyAdd(au0, bu0, Vector256.Load(sums + 4)).Store(sums + 4);
        var (al1, au1) = Vector256.Widen(a._1);
        var (bl1, bu1) = Vector256.Widen(b._1);
        Vector256.FusedMultiplyAdd(al1, bl1, Vector256.Load(sums + 8)).Store(sums + 8);
        Vector256.FusedMultiplyAdd(au1, bu1, Vector256.Load(sums + 12)).Store(sums + 12);
    }

    // Half to single by integer steps: shift the fields into place, scale by 2^112 (exact, subnormals too), mend infinity and NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen(Vector256<uint> half)
    {
        var sign = (half & Vector256.Create(0x8000u)) << 16;
        var magnitude = (half & Vector256.Create(0x7FFFu)) << 13;
        var special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x7C00u << 13)) & Vector256.Create(0x7F800000u);
        var scaled = magnitude.AsSingle() * Vector256.Create(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        return (scaled.AsUInt32() | sign | special).AsSingle();
    }
}
