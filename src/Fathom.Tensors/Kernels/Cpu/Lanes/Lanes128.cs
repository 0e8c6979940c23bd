using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Sixteen floats in four 128-bit vectors.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128>
{
    private readonly Vector128<float> _0;
    private readonly Vector128<float> _1;
    private readonly Vector128<float> _2;
    private readonly Vector128<float> _3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes128(Vector128<float> first, Vector128<float> second, Vector128<float> third, Vector128<float> fourth)
    {
        _0 = first;
        _1 = second;
        _2 = third;
        _3 = fourth;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* from) => new(Vector128.Load(from), Vector128.Load(from + 4), Vector128.Load(from + 8), Vector128.Load(from + 12));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 x, float* to)
    {
        x._0.Store(to);
        x._1.Store(to + 4);
        x._2.Store(to + 8);
        x._3.Store(to + 12);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float x) => new(Vector128.Create(x), Vector128.Create(x), Vector128.Create(x), Vector128.Create(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Add(Lanes128 a, Lanes128 b) => new(a._0 + b._0, a._1 + b._1, a._2 + b._2, a._3 + b._3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Subtract(Lanes128 a, Lanes128 b) => new(a._0 - b._0, a._1 - b._1, a._2 - b._2, a._3 - b._3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Multiply(Lanes128 a, Lanes128 b) => new(a._0 * b._0, a._1 * b._1, a._2 * b._2, a._3 * b._3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Divide(Lanes128 a, Lanes128 b) => new(a._0 / b._0, a._1 / b._1, a._2 / b._2, a._3 / b._3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fma(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a._0, b._0, c._0), Vector128.FusedMultiplyAdd(a._1, b._1, c._1), Vector128.FusedMultiplyAdd(a._2, b._2, c._2), Vector128.FusedMultiplyAdd(a._3, b._3, c._3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 x) => new(Vector128.Sqrt(x._0), Vector128.Sqrt(x._1), Vector128.Sqrt(x._2), Vector128.Sqrt(x._3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 x) => new(Vector128.Abs(x._0), Vector128.Abs(x._1), Vector128.Abs(x._2), Vector128.Abs(x._3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectLess(Lanes128 a, Lanes128 b, Lanes128 then, Lanes128 otherwise) => new(Vector128.ConditionalSelect(Vector128.LessThan(a._0, b._0), then._0, otherwise._0), Vector128.ConditionalSelect(Vector128.LessThan(a._1, b._1), then._1, otherwise._1), Vector128.ConditionalSelect(Vector128.LessThan(a._2, b._2), then._2, otherwise._2), Vector128.ConditionalSelect(Vector128.LessThan(a._3, b._3), then._3, otherwise._3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Larger(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a._0, b._0), Vector128.MaxNative(a._1, b._1), Vector128.MaxNative(a._2, b._2), Vector128.MaxNative(a._3, b._3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 x) => new(((Vector128.AsInt32(x._0) << 23) + Vector128.Create(127 << 23)).AsSingle(), ((Vector128.AsInt32(x._1) << 23) + Vector128.Create(127 << 23)).AsSingle(), ((Vector128.AsInt32(x._2) << 23) + Vector128.Create(127 << 23)).AsSingle(), ((Vector128.AsInt32(x._3) << 23) + Vector128.Create(127 << 23)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ToExponent(Lanes128 x) => new((Vector128.AsInt32(x._0) << 23).AsSingle(), (Vector128.AsInt32(x._1) << 23).AsSingle(), (Vector128.AsInt32(x._2) << 23).AsSingle(), (Vector128.AsInt32(x._3) << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsAny(Lanes128 a, Lanes128 b) => Vector128.EqualsAny(a._0, b._0) || Vector128.EqualsAny(a._1, b._1) || Vector128.EqualsAny(a._2, b._2) || Vector128.EqualsAny(a._3, b._3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(Lanes128 x)
    {
        var four = (x._0 + x._2) + (x._1 + x._3);
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldLargest(Lanes128 x)
    {
        var four = Vector128.MaxNative(Vector128.MaxNative(x._0, x._2), Vector128.MaxNative(x._1, x._3));
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1)))[0];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBytes(byte* from)
    {
        var (low, high) = Vector128.Widen(Vector128.Load((sbyte*)from));
        return Widen(low, high);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 NibbleTable(float bias) => Broadcast(bias);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadNibbles(byte* from, Lanes128 table, out Lanes128 low, out Lanes128 high)
    {
        var pairs = Vector128.Load(from);
        var (a, b) = Vector128.Widen((pairs & Vector128.Create((byte)15)).AsSByte());
        low = Subtract(Widen(a, b), table);
        (a, b) = Vector128.Widen((pairs >> 4).AsSByte());
        high = Subtract(Widen(a, b), table);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBFloats(byte* from, out Lanes128 low, out Lanes128 high)
    {
        var w0 = Vector128.Load((uint*)from);
        var w1 = Vector128.Load((uint*)from + 4);
        var w2 = Vector128.Load((uint*)from + 8);
        var w3 = Vector128.Load((uint*)from + 12);
        var mask = Vector128.Create(0xFFFF0000u);
        low = new((w0 << 16).AsSingle(), (w1 << 16).AsSingle(), (w2 << 16).AsSingle(), (w3 << 16).AsSingle());
        high = new((w0 & mask).AsSingle(), (w1 & mask).AsSingle(), (w2 & mask).AsSingle(), (w3 & mask).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadHalves(byte* from, out Lanes128 low, out Lanes128 high)
    {
        var w0 = Vector128.Load((uint*)from);
        var w1 = Vector128.Load((uint*)from + 4);
        var w2 = Vector128.Load((uint*)from + 8);
        var w3 = Vector128.Load((uint*)from + 12);
        low = new(Widen(w0 & Vector128.Create(0xFFFFu)), Widen(w1 & Vector128.Create(0xFFFFu)), Widen(w2 & Vector128.Create(0xFFFFu)), Widen(w3 & Vector128.Create(0xFFFFu)));
        high = new(Widen(w0 >> 16), Widen(w1 >> 16), Widen(w2 >> 16), Widen(w3 >> 16));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddToDoubles(Lanes128 x, double* sums)
    {
        var (l0, u0) = Vector128.Widen(x._0);
        (Vector128.Load(sums) + l0).Store(sums);
        (Vector128.Load(sums + 2) + u0).Store(sums + 2);
        var (l1, u1) = Vector128.Widen(x._1);
        (Vector128.Load(sums + 4) + l1).Store(sums + 4);
        (Vector128.Load(sums + 6) + u1).Store(sums + 6);
        var (l2, u2) = Vector128.Widen(x._2);
        (Vector128.Load(sums + 8) + l2).Store(sums + 8);
        (Vector128.Load(sums + 10) + u2).Store(sums + 10);
        var (l3, u3) = Vector128.Widen(x._3);
        (Vector128.Load(sums + 12) + l3).Store(sums + 12);
        (Vector128.Load(sums + 14) + u3).Store(sums + 14);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FmaToDoubles(Lanes128 a, Lanes128 b, double* sums)
    {
        var (al0, au0) = Vector128.Widen(a._0);
        var (bl0, bu0) = Vector128.Widen(b._0);
        Vector128.FusedMultiplyAdd(al0, bl0, Vector128.Load(sums)).Store(sums);
        Vector128.FusedMultiplyAdd(au0, bu0, Vector128.Load(sums + 2)).Store(sums + 2);
        var (al1, au1) = Vector128.Widen(a._1);
        var (bl1, bu1) = Vector128.Widen(b._1);
        Vector128.FusedMultiplyAdd(al1, bl1, Vector128.Load(sums + 4)).Store(sums + 4);
        Vector128.FusedMultiplyAdd(au1, bu1, Vector128.Load(sums + 6)).Store(sums + 6);
        var (al2, au2) = Vector128.Widen(a._2);
        var (bl2, bu2) = Vector128.Widen(b._2);
        Vector128.FusedMultiplyAdd(al2, bl2, Vector128.Load(sums + 8)).Store(sums + 8);
        Vector128.FusedMultiplyAdd(au2, bu2, Vector128.Load(sums + 10)).Store(sums + 10);
        var (al3, au3) = Vector128.Widen(a._3);
        var (bl3, bu3) = Vector128.Widen(b._3);
        Vector128.FusedMultiplyAdd(al3, bl3, Vector128.Load(sums + 12)).Store(sums + 12);
        Vector128.FusedMultiplyAdd(au3, bu3, Vector128.Load(sums + 14)).Store(sums + 14);
    }

    private static Lanes128 Widen(Vector128<short> low, Vector128<short> high)
    {
        var (a, b) = Vector128.Widen(low);
        var (c, d) = Vector128.Widen(high);
        return new(Vector128.ConvertToSingle(a), Vector128.ConvertToSingle(b), Vector128.ConvertToSingle(c), Vector128.ConvertToSingle(d));
    }

    // Half to single by integer steps: shift the fields into place, scale by 2^112 (exact, subnormals too), mend infinity and NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Widen(Vector128<uint> half)
    {
        var sign = (half & Vector128.Create(0x8000u)) << 16;
        var magnitude = (half & Vector128.Create(0x7FFFu)) << 13;
        var special = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(0x7C00u << 13)) & Vector128.Create(0x7F800000u);
        var scaled = magnitude.AsSingle() * Vector128.Create(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        return (scaled.AsUInt32() | sign | special).AsSingle();
    }
}
