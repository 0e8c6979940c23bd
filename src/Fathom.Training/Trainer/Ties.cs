namespace Fathom.Training;

/// <summary>Which of equally good evaluations counts as the best.</summary>
public enum Ties
{
    /// <summary>The first: a value must be better to be the best.</summary>
    First,

    /// <summary>The last: a value as good as the best takes its place, and is no evaluation without success.</summary>
    Last,
}
