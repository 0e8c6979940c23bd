namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>A weight read row by row from its stored form; nothing is packed.</summary>
internal sealed unsafe class ScalarMatrix : PackedMatrix
{
    private readonly StoredTensor _weight;
    private readonly int[]? _rowOrder;
    private readonly long _rowBytes;

    public ScalarMatrix(StoredTensor weight, int[]? rowOrder)
    {
        (Outputs, Inputs, _rowBytes) = WeightCheck.Shape(weight, rowOrder);
        _weight = weight;
        _rowOrder = rowOrder;
    }

    /// <inheritdoc/>
    public override int Outputs { get; }

    /// <inheritdoc/>
    public override int Inputs { get; }

    /// <inheritdoc/>
    public override long PackedByteLength => 0;

    /// <summary>Widens output row <paramref name="row"/>.</summary>
    public void DecodeRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Outputs, nameof(row));
        var stored = _rowOrder is null ? row : _rowOrder[row];
        BlockDecoder.Decode(_weight.Type, new ReadOnlySpan<byte>(_weight.Data + stored * _rowBytes, (int)_rowBytes), destination);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
