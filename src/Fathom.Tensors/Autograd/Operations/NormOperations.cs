namespace Fathom.Tensors.Autograd;

/// <summary>Norms along each row.</summary>
public static class NormOperations
{
    /// <summary>y = x w / sqrt(mean(x^2) + epsilon); x, y [R, C], w [C], or [C / n] for a norm over each nth of a row (heads).</summary>
    public static Variable RmsNorm(this Tape tape, Variable x, Variable w, float epsilon)
    {
        CheckWidth(x, w);
        var (rows, width, kernels) = (x.Length / w.Length, w.Length, tape.Device.Rows);
        var y = tape.New(x.NeedsGradient || w.NeedsGradient, x.Rows, x.Width);
        kernels.RmsNorm(x.Values, w.Values, rows, width, epsilon, y.Values);
        return tape.Record(y, () => kernels.RmsNormGradient(x.Values, w.Values, y.Gradient, rows, width, epsilon, x.GradientOrNone, w.GradientOrNone));
    }

    /// <summary>y = (x - mean(x)) w / sqrt(variance(x) + epsilon) + b; x, y [R, C], w and, where given, b [C], or [C / n] for a norm over each nth of a row.</summary>
    public static Variable LayerNorm(this Tape tape, Variable x, Variable w, Variable? b, float epsilon)
    {
        CheckWidth(x, w);
        if (b is not null && b.Length != w.Length) throw new ArgumentException($"the norm has {w.Length} channels, its bias {b.Length}", nameof(b));
        var (rows, width, kernels) = (x.Length / w.Length, w.Length, tape.Device.Rows);
        var y = tape.New(x.NeedsGradient || w.NeedsGradient || b is { NeedsGradient: true }, x.Rows, x.Width);
        kernels.LayerNorm(x.Values, w.Values, b is null ? [] : b.Values, rows, width, epsilon, y.Values);
        return tape.Record(y, () => kernels.LayerNormGradient(
            x.Values, w.Values, y.Gradient, rows, width, epsilon, x.GradientOrNone, w.GradientOrNone, b is null ? [] : b.GradientOrNone));
    }

    private static void CheckWidth(Variable x, Variable w)
    {
        if (x.Width % w.Length != 0) throw new ArgumentException($"the norm has {w.Length} channels, its input {x.Width}", nameof(w));
    }
}
