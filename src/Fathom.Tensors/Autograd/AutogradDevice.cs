using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>Memory, threads and gradient kernels that variables and tapes live on. Results do not depend on the number of threads.</summary>
public sealed class AutogradDevice : IDisposable
{
    private readonly WorkPool _workers;

    /// <summary>Makes a device of this machine's processors.</summary>
    /// <param name="threads">Threads that work together, the caller among them; default: the processors this process may use, at most 64.</param>
    /// <exception cref="FathomException">The number of threads is not positive.</exception>
    public AutogradDevice(int? threads = null)
        : this(new CpuOptions { Threads = threads })
    {
    }

    /// <summary>The same with all options.</summary>
    internal AutogradDevice(CpuOptions options)
    {
        var threads = options.Threads;
        if (threads < 1) throw new FathomException($"The number of threads must be at least 1, not {threads}; leave it out to use every processor.");
        _workers = new WorkPool(threads ?? Math.Min(Environment.ProcessorCount, 64), Memory);
        var bits = options.VectorBits ?? Device.WidestVectorBits();
        var tiles = bits switch { 512 => MicroKernels512.Family, 256 => MicroKernels256.Family, _ => MicroKernels128.Family };
        Rows = bits switch
        {
            512 => new CpuRowKernels<Lanes512>(_workers, Memory, tiles),
            256 => new CpuRowKernels<Lanes256>(_workers, Memory, tiles),
            128 => new CpuRowKernels<Lanes128>(_workers, Memory, tiles),
            _ => new ScalarRowKernels(Memory),
        };
        Kernels = new CpuGradientKernels(tiles, _workers, Memory, Rows);
    }

    /// <summary>Threads that work together on one operation.</summary>
    public int Threads => _workers.Threads;

    /// <summary>Bytes of variables, gradients and activations that are held now.</summary>
    public long LiveBytes => Memory.LiveBytes;

    /// <summary>The most bytes that were ever held at once.</summary>
    public long PeakBytes => Memory.PeakBytes;

    /// <summary>Where every number lies.</summary>
    internal NativePool Memory { get; } = new(keepsPeak: true);

    /// <summary>Matrix products, forward and backward.</summary>
    internal IGradientKernels Kernels { get; }

    /// <summary>Everything else, forward and backward.</summary>
    internal IRowKernels Rows { get; }

    /// <summary>Makes a variable of zeros that its caller owns: a parameter, or an input.</summary>
    /// <param name="needsGradient">Whether the backward pass computes its gradient.</param>
    /// <param name="shape">Positive sizes, outermost first.</param>
    public Variable NewVariable(bool needsGradient, params ReadOnlySpan<int> shape)
    {
        var variable = new Variable(this, needsGradient, shape);
        variable.Values.Clear();
        return variable;
    }

    /// <summary>Ends the threads and gives unused memory back.</summary>
    public void Dispose()
    {
        _workers.Dispose();
        Memory.Dispose();
    }
}
