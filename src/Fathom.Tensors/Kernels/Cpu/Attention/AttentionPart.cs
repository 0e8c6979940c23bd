namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>One segment as the workers see it.</summary>
internal unsafe struct AttentionPart
{
    /// <summary>Blocks of the segment's cache.</summary>
    public nint* Blocks;

    /// <summary>First row in the batch, rows, the position of the first row, and how many positions there are keys for.</summary>
    public int FirstRow, Rows, FirstPosition, KeyCount;

    /// <summary>What is added to the scores, and its floats from head to head and from row to row; see <see cref="WideAttentionSegment"/>.</summary>
    public float* Bias;
    public long BiasHead, BiasRow;

    /// <summary>Number of the segment's first task.</summary>
    public int FirstTask;

    /// <summary>Queries (row, head of the group) in a register tile, and tiles in a task.</summary>
    public int TileRows, TilesPerTask;
}
