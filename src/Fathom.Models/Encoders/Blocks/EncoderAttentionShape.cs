namespace Fathom.Models.Encoders.Blocks;

/// <summary>Sizes of an encoder's attention.</summary>
/// <param name="Heads">Heads.</param>
/// <param name="HeadDim">Numbers in a head.</param>
/// <param name="Scale">Factor of the scores.</param>
/// <param name="Reach">How far a row sees to each side; <see cref="int.MaxValue"/>: everything.</param>
internal readonly record struct EncoderAttentionShape(int Heads, int HeadDim, float Scale, int Reach = int.MaxValue)
{
    /// <summary>Numbers of all heads.</summary>
    public int Width => Heads * HeadDim;
}
