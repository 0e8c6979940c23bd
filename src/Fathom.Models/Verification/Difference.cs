namespace Fathom.Models.Verification;

/// <summary>Gathers the largest difference and the largest magnitude of a reference tensor, piece by piece.</summary>
internal sealed class Difference
{
    /// <summary>Largest absolute difference; infinite where one of the two is not a number.</summary>
    public double MaxAbs { get; private set; }

    /// <summary>Whether anything was compared.</summary>
    public bool Any { get; private set; }

    /// <summary>Largest absolute value of the reference.</summary>
    public double Scale { get; private set; }

    /// <summary>The difference over the scale.</summary>
    public double MaxRel => Scale > 0 ? MaxAbs / Scale : MaxAbs;

    /// <summary>Adds a piece.</summary>
    public void Add(ReadOnlySpan<float> ours, ReadOnlySpan<float> reference)
    {
        Any |= reference.Length > 0;
        for (var i = 0; i < reference.Length; i++)
        {
            var difference = Math.Abs((double)ours[i] - reference[i]);
            MaxAbs = Math.Max(MaxAbs, double.IsNaN(difference) ? double.PositiveInfinity : difference);
            Scale = Math.Max(Scale, Math.Abs((double)reference[i]));
        }
    }
}
