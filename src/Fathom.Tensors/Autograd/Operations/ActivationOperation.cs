namespace Fathom.Tensors.Autograd;

/// <summary>Functions of one number, element by element.</summary>
public static class ActivationOperation
{
    /// <summary>y = f(x), of x's shape.</summary>
    public static Variable Activate(this Tape tape, Variable x, Activation activation)
    {
        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient, [.. x.Shape]);
        kernels.Activate(activation, x.Values, y.Values);
        return tape.Record(y, () => kernels.ActivateGradient(activation, x.Values, y.Gradient, x.Gradient));
    }
}
