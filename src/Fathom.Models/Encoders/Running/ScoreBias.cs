namespace Fathom.Models.Encoders.Running;

/// <summary>Where a sequence's bias on the scores lies: for head h, row i and key j at <c>Start + h Head + i Row + j</c>; null: none.</summary>
internal readonly unsafe struct ScoreBias(float* start, long head, long row)
{
    /// <summary>Address for the first head, row and key.</summary>
    public float* Start => start;

    /// <summary>Floats from head to head.</summary>
    public long Head => head;

    /// <summary>Floats from row to row.</summary>
    public long Row => row;
}
