using System.Numerics;
using Fathom.Tensors.Autograd;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>Activations and their derivatives by the textbook.</summary>
internal static class PlainActivations
{
    /// <summary>f(x).</summary>
    public static T Value<T>(Activation kind, T x)
        where T : IFloatingPointIeee754<T> => kind switch
        {
            Activation.Relu => x > T.Zero ? x : T.Zero,
            Activation.Tanh => T.Tanh(x),
            Activation.Sigmoid => Sigmoid(x),
            Activation.LogSigmoid => T.Min(x, T.Zero) - T.LogP1(T.Exp(-T.Abs(x))),
            Activation.Softplus => T.Max(x, T.Zero) + T.LogP1(T.Exp(-T.Abs(x))),
            Activation.Silu => x * Sigmoid(x),
            Activation.Gelu => x * Normal(x),
            Activation.GeluTanh => Number<T>(0.5) * x * (T.One + T.Tanh(T.Sqrt(Number<T>(2) / T.Pi) * (x + Number<T>(0.044715) * x * x * x))),
            Activation.Elu => x > T.Zero ? x : T.ExpM1(x),
            Activation.QuickGelu => x * Sigmoid(Number<T>(1.702) * x),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>f'(x).</summary>
    public static T Slope<T>(Activation kind, T x)
        where T : IFloatingPointIeee754<T>
    {
        switch (kind)
        {
            case Activation.Relu: return x > T.Zero ? T.One : T.Zero;
            case Activation.Tanh: return T.One - T.Tanh(x) * T.Tanh(x);
            case Activation.Sigmoid: return Sigmoid(x) * Sigmoid(-x);
            case Activation.LogSigmoid: return Sigmoid(-x);
            case Activation.Softplus: return Sigmoid(x);
            case Activation.Silu: return Sigmoid(x) * (T.One + x * Sigmoid(-x));
            case Activation.Gelu: return Normal(x) + x * T.Exp(-x * x / Number<T>(2)) / T.Sqrt(Number<T>(2) * T.Pi);
            case Activation.GeluTanh:
                var factor = T.Sqrt(Number<T>(2) / T.Pi);
                var t = T.Tanh(factor * (x + Number<T>(0.044715) * x * x * x));
                return Number<T>(0.5) * (T.One + t + x * (T.One - t * t) * factor * (T.One + Number<T>(3 * 0.044715) * x * x));
            case Activation.QuickGelu:
                var p = Sigmoid(Number<T>(1.702) * x);
                return p * (T.One + Number<T>(1.702) * x * Sigmoid(Number<T>(-1.702) * x));
            case Activation.Elu: return x > T.Zero ? T.One : T.Exp(x);
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    private static T Number<T>(double value)
        where T : IFloatingPointIeee754<T> => T.CreateChecked(value);

    private static T Sigmoid<T>(T x)
        where T : IFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));

    // 1/2 plus the density times x + x^3/3 + x^5/(3 5) + ..., every term of one sign.
    private static T Normal<T>(T x)
        where T : IFloatingPointIeee754<T>
    {
        if (T.Abs(x) > Number<T>(12)) return x > T.Zero ? T.One : T.Zero;
        var (sum, term, odd) = (T.Zero, x, T.One);
        while (sum + term != sum)
        {
            sum += term;
            odd += T.One + T.One;
            term *= x * x / odd;
        }

        return Number<T>(0.5) + sum * T.Exp(-x * x / Number<T>(2)) / T.Sqrt(Number<T>(2) * T.Pi);
    }
}
