using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>One float: the scalar twin of formulas written over <see cref="INumbers{TSelf}"/>.</summary>
/// <param name="value">The number.</param>
internal readonly struct SingleNumber(float value) : INumbers<SingleNumber>
{
    /// <summary>The number.</summary>
    public float Value => value;

    /// <inheritdoc/>
    public static SingleNumber Broadcast(float x) => new(x);

    /// <inheritdoc/>
    public static SingleNumber Add(SingleNumber a, SingleNumber b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    public static SingleNumber Subtract(SingleNumber a, SingleNumber b) => new(a.Value - b.Value);

    /// <inheritdoc/>
    public static SingleNumber Multiply(SingleNumber a, SingleNumber b) => new(a.Value * b.Value);

    /// <inheritdoc/>
    public static SingleNumber Divide(SingleNumber a, SingleNumber b) => new(a.Value / b.Value);

    /// <inheritdoc/>
    public static SingleNumber Fma(SingleNumber a, SingleNumber b, SingleNumber c) => new(MathF.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    /// <inheritdoc/>
    public static SingleNumber Sqrt(SingleNumber x) => new(MathF.Sqrt(x.Value));

    /// <inheritdoc/>
    public static SingleNumber Abs(SingleNumber x) => new(MathF.Abs(x.Value));

    /// <inheritdoc/>
    public static SingleNumber SelectLess(SingleNumber a, SingleNumber b, SingleNumber then, SingleNumber otherwise) => a.Value < b.Value ? then : otherwise;

    /// <inheritdoc/>
    public static SingleNumber Larger(SingleNumber a, SingleNumber b) => a.Value > b.Value ? a : b;

    /// <inheritdoc/>
    public static SingleNumber PowerOfTwo(SingleNumber x) => new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(x.Value) << 23) + (127 << 23)));

    /// <inheritdoc/>
    public static SingleNumber ToExponent(SingleNumber x) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x.Value) << 23));
}
