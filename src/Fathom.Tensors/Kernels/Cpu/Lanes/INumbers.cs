namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>One float or several side by side: formulas written over it give the same bits for each.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface INumbers<TSelf>
    where TSelf : struct, INumbers<TSelf>
{
    /// <summary>One number in every lane.</summary>
    static abstract TSelf Broadcast(float x);

    /// <summary>a + b.</summary>
    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary>a - b.</summary>
    static abstract TSelf Subtract(TSelf a, TSelf b);

    /// <summary>a b.</summary>
    static abstract TSelf Multiply(TSelf a, TSelf b);

    /// <summary>a / b, correctly rounded.</summary>
    static abstract TSelf Divide(TSelf a, TSelf b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>Square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>|x|.</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>Per lane: a &lt; b ? then : otherwise.</summary>
    static abstract TSelf SelectLess(TSelf a, TSelf b, TSelf then, TSelf otherwise);

    /// <summary>The larger of a and b; whichever the processor likes where one is NaN or both are zero.</summary>
    static abstract TSelf Larger(TSelf a, TSelf b);

    /// <summary>2^n where x = 1.5 2^23 + n.</summary>
    static abstract TSelf PowerOfTwo(TSelf x);

    /// <summary>The bits shifted up to the exponent field, the rest zero: 2^n where the low byte is n + 127.</summary>
    static abstract TSelf ToExponent(TSelf x);
}
