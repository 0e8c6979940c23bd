namespace Fathom.Tensors.Kernels;

/// <summary>
/// The rows of one sequence in attention that may look ahead, or at another sequence's keys. The bias, where there is one, holds for
/// query head h, row i of the segment and key j at <c>Bias + h BiasHead + i BiasRow + j</c> what is added to the scaled score; strides
/// may be negative (a bias that depends on the distance alone is one line a head, read from another place for every row). The 64
/// floats behind the last one must be readable too.
/// </summary>
internal readonly unsafe struct WideAttentionSegment(AttentionCache cache, int firstRow, int rows, int firstPosition, float* bias = null, long biasHead = 0, long biasRow = 0)
{
    /// <summary>Keys and values, appended already.</summary>
    public AttentionCache Cache => cache;

    /// <summary>First row of the sequence in the batch.</summary>
    public int FirstRow => firstRow;

    /// <summary>Number of rows.</summary>
    public int Rows => rows;

    /// <summary>Position of the first row among the keys; only the window counts from it.</summary>
    public int FirstPosition => firstPosition;

    /// <summary>What is added to the scores, or null.</summary>
    public float* Bias => bias;

    /// <summary>Floats from one head's bias to the next one's.</summary>
    public long BiasHead => biasHead;

    /// <summary>Floats from one row's bias to the next one's.</summary>
    public long BiasRow => biasRow;
}
