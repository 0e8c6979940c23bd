namespace Fathom.Insight.Detection;

/// <summary>
/// What <c>ood fit</c> lets lead when no detector is named, by the evidence in <c>docs/results.md</c>. The one place where that choice
/// is made: for data with and without labels, for a model as it is and one that was taught the task.
/// </summary>
public static class RecommendedDetectors
{
    /// <summary>Where the evidence is.</summary>
    public const string Evidence = "docs/results.md";

    /// <summary>Every situation with its choice.</summary>
    public static IReadOnlyList<Recommendation> All { get; } =
    [
        new(Labelled: false, FineTuned: false, ["cosine"], "on near and far sets, at equal length too, none was better with a model that was not taught the task"),
        new(Labelled: false, FineTuned: true, ["cosine"], "on near and far sets, at equal length too, none was better with a model that was taught the task"),
        new(Labelled: true, FineTuned: false, ["cosine"], "it is the published recommendation for labelled data, and none was better without labels"),
        new(Labelled: true, FineTuned: true, ["cosine"], "it is the published recommendation for labelled data, and none was better without labels"),
    ];

    /// <summary>The choice for one situation.</summary>
    public static Recommendation For(bool labelled, bool fineTuned) => All.Single(choice => choice.Labelled == labelled && choice.FineTuned == fineTuned);
}
