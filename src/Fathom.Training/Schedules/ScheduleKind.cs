namespace Fathom.Training;

/// <summary>How the learning rate goes on after its warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls along a line.</summary>
    Linear,

    /// <summary>It falls along half a cosine.</summary>
    Cosine,
}
