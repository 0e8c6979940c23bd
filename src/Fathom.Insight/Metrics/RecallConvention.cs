namespace Fathom.Insight.Metrics;

/// <summary>Which point of a ROC curve stands for "at 95 % recall".</summary>
public enum RecallConvention
{
    /// <summary>The largest threshold whose recall is at least the one asked for.</summary>
    Standard,

    /// <summary>
    /// The point whose recall is nearest to the one asked for, walked from the lowest threshold upwards, the first of equals; only
    /// points up to the first that reaches recall 1 count. What the code released with LLM-OOD reports.
    /// </summary>
    NearestRecall,
}
