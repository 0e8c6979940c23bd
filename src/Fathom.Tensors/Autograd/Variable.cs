using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>
/// fp32 numbers of a shape in pooled native memory, and their gradient, which takes memory only once something is added to it.
/// Most operations see it as a matrix <c>[Rows, Width]</c>. Whoever made it disposes it; what an operation made belongs to its tape.
/// </summary>
public sealed class Variable : IDisposable
{
    private readonly int[] _shape;
    private PooledBuffer? _values;
    private PooledBuffer? _gradient;
    private bool _needsGradient;

    internal Variable(AutogradDevice device, bool needsGradient, ReadOnlySpan<int> shape)
    {
        var length = 1;
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(shape));
            length = checked(length * size);
        }

        Device = device;
        _shape = shape.ToArray();
        _values = new PooledBuffer(device.Memory, length);
        (_needsGradient, Length) = (needsGradient, length);
    }

    /// <summary>Where it lives.</summary>
    public AutogradDevice Device { get; }

    /// <summary>Sizes, outermost first; none for a scalar.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The innermost size.</summary>
    public int Width => _shape.Length == 0 ? 1 : _shape[^1];

    /// <summary>All other sizes together.</summary>
    public int Rows => Length / Width;

    /// <summary>
    /// Whether a backward pass reaches it. May be changed between passes, not while a tape that saw the variable lives; a frozen
    /// variable gives its gradient's memory back.
    /// </summary>
    public bool NeedsGradient
    {
        get => _needsGradient;
        set
        {
            _needsGradient = value;
            if (!value) ReleaseGradient();
        }
    }

    /// <summary>The numbers, row-major.</summary>
    public Span<float> Values => (_values ?? throw new ObjectDisposedException(nameof(Variable))).Span;

    /// <summary>Whether the gradient has memory.</summary>
    public bool HasGradient => _gradient is not null;

    /// <summary>The gradient, in the order of the values; zeros at first use.</summary>
    public Span<float> Gradient
    {
        get
        {
            if (_gradient is null)
            {
                _gradient = new PooledBuffer(Device.Memory, Length);
                Device.Rows.Clear(_gradient.Span);
            }

            return _gradient.Span;
        }
    }

    /// <summary>Where a backward pass adds: the gradient, or nothing where none is needed.</summary>
    internal Span<float> GradientOrNone => NeedsGradient ? Gradient : [];

    /// <summary>Gives the gradient's memory back: it is zero again.</summary>
    public void ReleaseGradient()
    {
        _gradient?.Dispose();
        _gradient = null;
    }

    /// <summary>Adds another variable's gradient, which that one gives up.</summary>
    internal void AdoptGradient(Variable other)
    {
        if (_gradient is not null)
        {
            Device.Rows.Add(other.Gradient, Gradient);
            return;
        }

        (_gradient, other._gradient) = (other._gradient, null);
    }

    /// <summary>Makes another variable's numbers this one's gradient, of which there is none yet; the other has no numbers afterwards.</summary>
    internal void TakeGradient(Variable other)
    {
        if (_gradient is not null || other.Length != Length) throw new InvalidOperationException("only a gradient of the right length can be taken, and only where there is none");
        (_gradient, other._values) = (other._values, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseGradient();
        _values?.Dispose();
        _values = null;
    }
}
