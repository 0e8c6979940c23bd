using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>From the name of an activation to its code.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal static class ActivationJobs<T>
    where T : struct, ILanes<T>
{
    /// <summary>A = f(B).</summary>
    public static void Forward(WorkPool workers, Activation kind, long count, Elements e)
    {
        switch (kind)
        {
            case Activation.Relu: ElementJob<T, ActivationOperation<T, Relu>>.Run(workers, count, e); break;
            case Activation.Tanh: ElementJob<T, ActivationOperation<T, Tanh>>.Run(workers, count, e); break;
            case Activation.Sigmoid: ElementJob<T, ActivationOperation<T, Sigmoid>>.Run(workers, count, e); break;
            case Activation.LogSigmoid: ElementJob<T, ActivationOperation<T, LogSigmoid>>.Run(workers, count, e); break;
            case Activation.Softplus: ElementJob<T, ActivationOperation<T, Softplus>>.Run(workers, count, e); break;
            case Activation.Silu: ElementJob<T, ActivationOperation<T, Silu>>.Run(workers, count, e); break;
            case Activation.Gelu: ElementJob<T, ActivationOperation<T, Gelu>>.Run(workers, count, e); break;
            case Activation.GeluTanh: ElementJob<T, ActivationOperation<T, GeluTanh>>.Run(workers, count, e); break;
            case Activation.Elu: ElementJob<T, ActivationOperation<T, Elu>>.Run(workers, count, e); break;
            case Activation.QuickGelu: ElementJob<T, ActivationOperation<T, QuickGelu>>.Run(workers, count, e); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <summary>A += C f'(B).</summary>
    public static void Backward(WorkPool workers, Activation kind, long count, Elements e)
    {
        switch (kind)
        {
            case Activation.Relu: ElementJob<T, ActivationGradientOperation<T, Relu>>.Run(workers, count, e); break;
            case Activation.Tanh: ElementJob<T, ActivationGradientOperation<T, Tanh>>.Run(workers, count, e); break;
            case Activation.Sigmoid: ElementJob<T, ActivationGradientOperation<T, Sigmoid>>.Run(workers, count, e); break;
            case Activation.LogSigmoid: ElementJob<T, ActivationGradientOperation<T, LogSigmoid>>.Run(workers, count, e); break;
            case Activation.Softplus: ElementJob<T, ActivationGradientOperation<T, Softplus>>.Run(workers, count, e); break;
            case Activation.Silu: ElementJob<T, ActivationGradientOperation<T, Silu>>.Run(workers, count, e); break;
            case Activation.Gelu: ElementJob<T, ActivationGradientOperation<T, Gelu>>.Run(workers, count, e); break;
            case Activation.GeluTanh: ElementJob<T, ActivationGradientOperation<T, GeluTanh>>.Run(workers, count, e); break;
            case Activation.Elu: ElementJob<T, ActivationGradientOperation<T, Elu>>.Run(workers, count, e); break;
            case Activation.QuickGelu: ElementJob<T, ActivationGradientOperation<T, QuickGelu>>.Run(workers, count, e); break;
            default: throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }
}
