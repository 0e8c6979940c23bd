namespace Fathom.Models.Conversion;

/// <summary>A part of a GGUF tensor: the rows of one Hugging Face tensor.</summary>
/// <param name="Source">The Hugging Face name.</param>
/// <param name="RowCount">Rows in the GGUF tensor (numbers, of a vector).</param>
internal sealed record GgufPiece(string Source, int RowCount)
{
    /// <summary>For each of them the source's row; null: as they lie.</summary>
    public int[]? Rows { get; init; }

    /// <summary>Whether the source is stored the other way round.</summary>
    public bool Turned { get; init; }

    /// <summary>Whether the source is one less.</summary>
    public bool AddsOne { get; init; }

    /// <summary>Factor on the first <see cref="ScaledRows"/> rows.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Rows that the factor is on.</summary>
    public int ScaledRows { get; init; }
}
