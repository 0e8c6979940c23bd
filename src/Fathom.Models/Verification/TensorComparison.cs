namespace Fathom.Models.Verification;

/// <summary>How far one tensor of ours is from the reference's.</summary>
/// <param name="Name">Name in the reference file.</param>
/// <param name="MaxAbs">Largest absolute difference.</param>
/// <param name="MaxRel">The same over the largest absolute value of the reference.</param>
/// <param name="Passed">Whether it is within the tolerance.</param>
public sealed record TensorComparison(string Name, double MaxAbs, double MaxRel, bool Passed);
