using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>A weight in panels of 32 outputs, packed at first use from the mapped file in the type it has there.</summary>
internal sealed unsafe class PanelMatrix : PackedMatrix
{
    private readonly Lock _packing = new();
    private readonly StoredTensor _weight;
    private readonly int[]? _rowOrder;
    private readonly long _rowBytes;
    private readonly NativePool _pool;
    private byte* _panels;
    private bool _disposed;

    /// <summary>Checks the weight; nothing is packed yet.</summary>
    public PanelMatrix(StoredTensor weight, int[]? rowOrder, PanelCode code, NativePool pool)
    {
        (Outputs, Inputs, _rowBytes) = WeightCheck.Shape(weight, rowOrder);
        _weight = weight;
        _rowOrder = rowOrder;
        _pool = pool;
        Code = code;
        Panels = (Outputs + 31) / 32;
        PanelBytes = checked((Inputs + 31L) / 32 * code.BlockBytes);
    }

    /// <inheritdoc/>
    public override int Outputs { get; }

    /// <inheritdoc/>
    public override int Inputs { get; }

    /// <inheritdoc/>
    public override long PackedByteLength => _panels == null ? 0 : Panels * PanelBytes;

    /// <summary>The code that reads the panels.</summary>
    public PanelCode Code { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    /// <summary>Bytes from one panel to the next.</summary>
    public long PanelBytes { get; }

    /// <summary>The panels, packed by <paramref name="workers"/> if they are not yet.</summary>
    public byte* Data(WorkPool workers)
    {
        if (_panels != null)
        {
            return _panels;
        }

        lock (_packing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_panels == null)
            {
                _panels = Pack(workers);
            }

            return _panels;
        }
    }

    /// <summary>Widens output row <paramref name="row"/> from the stored form.</summary>
    public void DecodeRow(int row, Span<float> destination) =>
        BlockDecoder.Decode(_weight.Type, new ReadOnlySpan<byte>(StoredRow(row), (int)_rowBytes), destination);

    /// <inheritdoc/>
    public override void Dispose()
    {
        lock (_packing)
        {
            _disposed = true;
            if (_panels != null)
            {
                _pool.Return(_panels, Panels * PanelBytes);
                _panels = null;
            }
        }
    }

    private byte* StoredRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Outputs, nameof(row));
        return _weight.Data + (_rowOrder is null ? row : _rowOrder[row]) * _rowBytes;
    }

    private byte* Pack(WorkPool workers)
    {
        var panels = (byte*)_pool.Rent(checked(Panels * PanelBytes));
        var rows = (byte**)_pool.Rent(Panels * 32L * sizeof(byte*));
        for (var row = 0; row < Panels * 32; row++)
        {
            rows[row] = row < Outputs ? StoredRow(row) : null;
        }

        var job = new PackJob { Tasks = new WorkCounter(Panels), Pack = Code.Pack, Rows = rows, Depth = Inputs, Panels = panels, PanelBytes = PanelBytes };
        workers.Run(&PackJob.Work, &job);
        _pool.Return(rows, Panels * 32L * sizeof(byte*));
        GC.KeepAlive(_weight.Owner);
        return panels;
    }

    private struct PackJob
    {
        public WorkCounter Tasks;
        public delegate*<byte**, int, byte*, void> Pack;
        public byte** Rows;
        public int Depth;
        public byte* Panels;
        public long PanelBytes;

        public static void Work(void* state, NativePool pool)
        {
            var job = (PackJob*)state;
            while (job->Tasks.TryTake(out var panel))
            {
                job->Pack(job->Rows + panel * 32, job->Depth, job->Panels + panel * job->PanelBytes);
            }
        }
    }
}
