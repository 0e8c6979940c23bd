namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>One segment as the workers see it.</summary>
internal unsafe struct AttentionPart
{
    /// <summary>Blocks of the segment's cache.</summary>
    public nint* Blocks;

    /// <summary>First row in the batch, rows, and the position of the first row.</summary>
    public int FirstRow, Rows, FirstPosition;

    /// <summary>Number of the segment's first task.</summary>
    public int FirstTask;

    /// <summary>Queries (row, head of the group) in a register tile, and tiles in a task.</summary>
    public int TileRows, TilesPerTask;
}
