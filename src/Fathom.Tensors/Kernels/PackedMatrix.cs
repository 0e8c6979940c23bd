namespace Fathom.Tensors.Kernels;

/// <summary>A weight <c>[outputs, inputs]</c> as a device wants it; made by <see cref="IKernels.Pack"/>.</summary>
internal abstract class PackedMatrix : IDisposable
{
    /// <summary>Rows of the weight.</summary>
    public abstract int Outputs { get; }

    /// <summary>Columns of the weight.</summary>
    public abstract int Inputs { get; }

    /// <summary>Bytes held beside the mapped file.</summary>
    public abstract long PackedByteLength { get; }

    /// <inheritdoc/>
    public abstract void Dispose();
}
