namespace Fathom.Tensors.Autograd;

/// <summary>Norms along each row.</summary>
public static class NormOperations
{
    /// <summary>y = x w / sqrt(mean(x^2) + epsilon); x, y [R, C], w [C].</summary>
    public static Variable RmsNorm(this Tape tape, Variable x, Variable w, float epsilon)
    {
        CheckWidth(x, w);
        var (rows, width, kernels) = (x.Rows, x.Width, tape.Device.Rows);
        var y = tape.New(x.NeedsGradient || w.NeedsGradient, rows, width);
        kernels.RmsNorm(x.Values, w.Values, rows, width, epsilon, y.Values);
        return tape.Record(y, () => kernels.RmsNormGradient(x.Values, w.Values, y.Gradient, rows, width, epsilon, x.GradientOrNone, w.GradientOrNone));
    }

    /// <summary>y = (x - mean(x)) w / sqrt(variance(x) + epsilon) + b; x, y [R, C], w [C] and, where given, b [C].</summary>
    public static Variable LayerNorm(this Tape tape, Variable x, Variable w, Variable? b, float epsilon)
    {
        CheckWidth(x, w);
        if (b is not null) CheckWidth(x, b);
        var (rows, width, kernels) = (x.Rows, x.Width, tape.Device.Rows);
        var y = tape.New(x.NeedsGradient || w.NeedsGradient || b is { NeedsGradient: true }, rows, width);
        kernels.LayerNorm(x.Values, w.Values, b is null ? [] : b.Values, rows, width, epsilon, y.Values);
        return tape.Record(y, () => kernels.LayerNormGradient(
            x.Values, w.Values, y.Gradient, rows, width, epsilon, x.GradientOrNone, w.GradientOrNone, b is null ? [] : b.GradientOrNone));
    }

    private static void CheckWidth(Variable x, Variable w)
    {
        if (w.Length != x.Width) throw new ArgumentException($"the norm has {w.Length} channels, its input {x.Width}", nameof(w));
    }
}
