using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients.Cpu;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Activations of one number: the same formulas over <see cref="SingleNumber"/>.</summary>
internal static class ScalarActivations
{
    /// <summary>f(x).</summary>
    public static float Value(Activation kind, float x) => kind switch
    {
        Activation.Relu => Relu.Value(new SingleNumber(x)).Value,
        Activation.Tanh => Tanh.Value(new SingleNumber(x)).Value,
        Activation.Sigmoid => Sigmoid.Value(new SingleNumber(x)).Value,
        Activation.LogSigmoid => LogSigmoid.Value(new SingleNumber(x)).Value,
        Activation.Softplus => Softplus.Value(new SingleNumber(x)).Value,
        Activation.Silu => Silu.Value(new SingleNumber(x)).Value,
        Activation.Gelu => Gelu.Value(new SingleNumber(x)).Value,
        Activation.GeluTanh => GeluTanh.Value(new SingleNumber(x)).Value,
        Activation.Elu => Elu.Value(new SingleNumber(x)).Value,
        Activation.QuickGelu => QuickGelu.Value(new SingleNumber(x)).Value,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>f'(x).</summary>
    public static float Slope(Activation kind, float x) => kind switch
    {
        Activation.Relu => Relu.Slope(new SingleNumber(x)).Value,
        Activation.Tanh => Tanh.Slope(new SingleNumber(x)).Value,
        Activation.Sigmoid => Sigmoid.Slope(new SingleNumber(x)).Value,
        Activation.LogSigmoid => LogSigmoid.Slope(new SingleNumber(x)).Value,
        Activation.Softplus => Softplus.Slope(new SingleNumber(x)).Value,
        Activation.Silu => Silu.Slope(new SingleNumber(x)).Value,
        Activation.Gelu => Gelu.Slope(new SingleNumber(x)).Value,
        Activation.GeluTanh => GeluTanh.Slope(new SingleNumber(x)).Value,
        Activation.Elu => Elu.Slope(new SingleNumber(x)).Value,
        Activation.QuickGelu => QuickGelu.Slope(new SingleNumber(x)).Value,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
