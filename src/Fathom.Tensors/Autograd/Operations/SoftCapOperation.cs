using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>cap tanh(x / cap) on logits that are about to be turned into their own gradient.</summary>
internal static class SoftCapOperation
{
    /// <summary>Caps logits in place; <paramref name="inner"/>, of their length, keeps x / cap for the way back.</summary>
    public static void Apply(IRowKernels kernels, Span<float> logits, float cap, Span<float> inner)
    {
        kernels.Scale(logits, 1 / cap, inner);
        kernels.Activate(Activation.Tanh, inner, logits);
        kernels.Scale(logits, cap, logits);
    }

    /// <summary>Turns the gradient of capped logits into that of the logits, in place.</summary>
    public static void Backward(AutogradDevice device, Span<float> gradient, ReadOnlySpan<float> inner)
    {
        using var result = new PooledBuffer(device.Memory, gradient.Length);
        result.Span.Clear();
        device.Rows.ActivateGradient(Activation.Tanh, inner, gradient, result.Span);
        result.Span.CopyTo(gradient);
    }
}
