namespace Fathom.Tensors.Autograd;

/// <summary>Operations element by element.</summary>
public static class ElementOperations
{
    /// <summary>y = silu(gate) up.</summary>
    public static Variable SiluMultiply(this Tape tape, Variable gate, Variable up)
    {
        CheckLength(gate, up);
        var kernels = tape.Device.Rows;
        var y = tape.New(gate.NeedsGradient || up.NeedsGradient, gate.Rows, gate.Width);
        kernels.SiluMultiply(gate.Values, up.Values, y.Values);
        return tape.Record(y, () => kernels.SiluMultiplyGradient(gate.Values, up.Values, y.Gradient, gate.GradientOrNone, up.GradientOrNone));
    }

    /// <summary>y = a + b.</summary>
    public static Variable Add(this Tape tape, Variable a, Variable b)
    {
        CheckLength(a, b);
        var y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape.ToArray());
        a.Values.CopyTo(y.Values);
        var kernels = tape.Device.Rows;
        kernels.Add(b.Values, y.Values);
        return tape.Record(y, () =>
        {
            // The first, which in a residual stream is the stream, takes the gradient over as it is.
            if (b.NeedsGradient) kernels.Add(y.Gradient, b.Gradient);
            if (a.NeedsGradient) a.AdoptGradient(y);
        });
    }

    /// <summary>y = a b, element by element.</summary>
    public static Variable Multiply(this Tape tape, Variable a, Variable b)
    {
        CheckLength(a, b);
        var kernels = tape.Device.Rows;
        var y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape.ToArray());
        kernels.Multiply(a.Values, b.Values, y.Values);
        return tape.Record(y, () =>
        {
            if (a.NeedsGradient) kernels.AddProduct(y.Gradient, b.Values, a.Gradient);
            if (b.NeedsGradient) kernels.AddProduct(y.Gradient, a.Values, b.Gradient);
        });
    }

    /// <summary>y = factor x.</summary>
    public static Variable Scale(this Tape tape, Variable x, float factor)
    {
        var y = tape.New(x.NeedsGradient, x.Shape.ToArray());
        var kernels = tape.Device.Rows;
        kernels.Scale(x.Values, factor, y.Values);
        return tape.Record(y, () => kernels.AddScaled(y.Gradient, factor, x.Gradient));
    }

    /// <summary>y = x + constant, of x's shape.</summary>
    public static Variable Plus(this Tape tape, Variable x, float constant)
    {
        var y = tape.New(x.NeedsGradient, x.Shape.ToArray());
        for (var i = 0; i < x.Length; i++) y.Values[i] = x.Values[i] + constant;
        return tape.Record(y, () => tape.Device.Rows.Add(y.Gradient, x.Gradient));
    }

    private static void CheckLength(Variable a, Variable b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"one side has {a.Length} elements, the other {b.Length}", nameof(b));
    }
}
