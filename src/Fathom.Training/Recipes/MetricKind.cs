namespace Fathom.Training.Recipes;

/// <summary>Measures by name.</summary>
public enum MetricKind
{
    /// <summary>Loss on validation data, and perplexity.</summary>
    Loss,

    /// <summary>Share of problems answered right.</summary>
    Accuracy,

    /// <summary>Share of rows whose label the model generates, exactly.</summary>
    LabelAccuracy,

    /// <summary>AUROC of detectors between texts of the task and others.</summary>
    OodAuroc,
}
