using System.Globalization;
using Fathom.Cli.Models;

namespace Fathom.Cli.Runs;

/// <summary>
/// Whether blanks at the ends of the texts alone tell sets apart. In public collections of word problems they do: every question of
/// one begins with a blank, none of the others', and a detector that sees the prompt sees that first.
/// </summary>
internal static class BlanksControl
{
    private const double Telling = 0.5;

    /// <summary>A warning for each end at which the in-distribution set and others differ.</summary>
    /// <param name="sets">The in-distribution set, then the others.</param>
    public static IReadOnlyList<string> Warnings(IReadOnlyList<SampleSet> sets) =>
        [.. Warning(sets, "begin", text => char.IsWhiteSpace(text[0])), .. Warning(sets, "end", text => char.IsWhiteSpace(text[^1]))];

    private static IEnumerable<string> Warning(IReadOnlyList<SampleSet> sets, string verb, Func<string, bool> has)
    {
        var own = Share(sets[0], has);
        var others = sets.Skip(1).Where(set => Math.Abs(Share(set, has) - own) >= Telling).ToList();
        if (others.Count == 0) yield break;
        var shares = string.Join(", ", others.Select(set => string.Create(CultureInfo.InvariantCulture, $"{Share(set, has):P0} of {set.Name}")));
        yield return string.Create(CultureInfo.InvariantCulture, $"{own:P0} of the texts of {sets[0].Name} {verb} with a blank, but {shares}: a detector can tell them apart by that alone; --trim drops such blanks");
    }

    private static double Share(SampleSet set, Func<string, bool> has) => set.Samples.Count(sample => sample.Text.Length > 0 && has(sample.Text)) / (double)set.Samples.Count;
}
