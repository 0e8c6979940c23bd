namespace Fathom.Insight.Evaluation;

/// <summary>
/// Which rows of an in-distribution file are fitted on and which are tested on. Rows are taken in order; in every period the first
/// 60 % fit. The period is 100 (the published rule: i mod 100 &lt; 60), or 10 for fewer than 200 rows, or 5 for fewer than 20, so
/// that both parts keep their share. With a limit, the rule sees the rows that are left.
/// </summary>
public sealed record IdSplit
{
    private IdSplit(int count, int period)
    {
        Count = count;
        Period = period;
        FitCount = count / period * FitPerPeriod + Math.Min(count % period, FitPerPeriod);
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Rows after which the rule repeats.</summary>
    public int Period { get; }

    /// <summary>Rows of every period that fit.</summary>
    public int FitPerPeriod => Period * 6 / 10;

    /// <summary>Rows to fit on.</summary>
    public int FitCount { get; }

    /// <summary>Rows to test on.</summary>
    public int TestCount => Count - FitCount;

    /// <summary>The rule for a file of this many rows.</summary>
    /// <exception cref="FathomException">There are fewer than 5.</exception>
    public static IdSplit Of(int count) => count >= 5
        ? new IdSplit(count, count >= 200 ? 100 : count >= 20 ? 10 : 5)
        : throw new FathomException($"{count} in-distribution rows cannot be split to fit and test; expected at least 5 (100 or more are sensible)");

    /// <summary>Whether row <paramref name="row"/>, from 0, is fitted on.</summary>
    public bool IsFit(int row) => row % Period < FitPerPeriod;
}
