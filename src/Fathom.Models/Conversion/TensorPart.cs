using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>What lies in a tensor to be written: another tensor, its rows in this or another order, turned round, or with its numbers changed. A vector is one row a number.</summary>
/// <param name="Source">Where the numbers come from.</param>
internal sealed record TensorPart(StoredTensor Source)
{
    /// <summary>For each row to write the source's; null: as they lie.</summary>
    public int[]? Rows { get; init; }

    /// <summary>Whether rows become columns.</summary>
    public bool Turned { get; init; }

    /// <summary>Added to every number, before the factor.</summary>
    public float Shift { get; init; }

    /// <summary>Factor on the first <see cref="ScaledRows"/> rows that are written.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Rows that the factor is on.</summary>
    public int ScaledRows { get; init; }

    /// <summary>Whether numbers stay as they are.</summary>
    public bool KeepsNumbers => Shift == 0 && (Scale == 1 || ScaledRows == 0);

    /// <summary>Numbers in a row.</summary>
    public int Width => Source.Shape.Length < 2 ? 1 : checked((int)(Source.ElementCount / Source.Shape[0]));
}
