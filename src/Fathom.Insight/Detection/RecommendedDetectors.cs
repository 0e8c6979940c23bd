namespace Fathom.Insight.Detection;

/// <summary>
/// What <c>ood fit</c> lets lead when no detector is named, by the evidence in <c>docs/results.md</c>. The one place where that choice
/// is made: for data with and without labels, for a model as it is and one that was taught the task.
/// </summary>
public static class RecommendedDetectors
{
    private static readonly string[] WithoutLabels = ["cosine", "prompt_last_ledoit_wolf"];
    private static readonly string[] WithLabels = ["cosine_whitened", "mahalanobis_ledoit_wolf"];

    /// <summary>Where the evidence is.</summary>
    public const string Evidence = "docs/results.md";

    /// <summary>Every situation with its choice.</summary>
    public static IReadOnlyList<Recommendation> All { get; } =
    [
        new(Labelled: false, FineTuned: false, WithoutLabels, "on intents neighbour and Gaussian together beat either alone, on word problems they come close to the better one, and both are above the TV score"),
        new(Labelled: false, FineTuned: true, WithoutLabels, "with a model taught the task they are level with the best we measured, and need no generated text"),
        new(Labelled: true, FineTuned: false, WithLabels, "directions and distances measured by the spread within classes were best near and far, on data they were not chosen on too"),
        new(Labelled: true, FineTuned: true, WithLabels, "directions and distances measured by the spread within classes were best near and far"),
    ];

    /// <summary>The choice for one situation.</summary>
    public static Recommendation For(bool labelled, bool fineTuned) => All.Single(choice => choice.Labelled == labelled && choice.FineTuned == fineTuned);
}
