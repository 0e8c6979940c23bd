using Fathom.Insight.Numerics;

namespace Fathom.Insight.Evaluation;

/// <summary>
/// Near-OOD settings as LLM-OOD ("How Good Are LLMs at Out-of-Distribution Detection?", LREC-COLING 2024) draws them: half of a
/// domain's classes are known, the other half is out of distribution; and its few-shot selections. The same draws as the released
/// code's, which come from numpy's legacy generator.
/// </summary>
public static class NearOodSplits
{
    /// <summary>Draws the known classes: half of them, a half rounded to even (8 of 15).</summary>
    /// <param name="classes">All classes of the domain, in the order of the data set's list.</param>
    /// <param name="seed">Seed; the paper's are 1 to 5.</param>
    public static ClassSplit Classes(IReadOnlyList<string> classes, int seed)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        var count = (int)Math.Round(classes.Count / 2.0, MidpointRounding.ToEven);
        string[] shuffled = [.. classes];
        new MersenneTwister((uint)seed).Shuffle(shuffled.AsSpan());
        var known = shuffled[..count];
        return new ClassSplit(known, [.. classes.Where(name => !known.Contains(name, StringComparer.Ordinal))]);
    }

    /// <summary>Chooses a number of rows of every class; classes come in the order of their first row.</summary>
    /// <param name="labels">The label of every row.</param>
    /// <param name="shots">Rows of a class, all of them where it has fewer.</param>
    /// <param name="seed">Seed, the same for every class.</param>
    /// <returns>Places of the chosen rows, class by class, in the order drawn.</returns>
    public static IReadOnlyList<int> FewShot(IReadOnlyList<string> labels, int shots, int seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        ArgumentOutOfRangeException.ThrowIfLessThan(shots, 1);
        var chosen = new List<int>();
        foreach (var group in Enumerable.Range(0, labels.Count).GroupBy(row => labels[row], StringComparer.Ordinal))
        {
            var rows = group.ToArray();
            new MersenneTwister((uint)seed).Shuffle(rows.AsSpan());
            chosen.AddRange(rows.Take(shots));
        }

        return chosen;
    }
}
