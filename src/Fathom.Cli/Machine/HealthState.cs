namespace Fathom.Cli.Machine;

/// <summary>How bad a finding is.</summary>
internal enum HealthState
{
    /// <summary>As it should be.</summary>
    Well,

    /// <summary>Works, but slower or with less room than it could.</summary>
    Warning,

    /// <summary>Something will fail.</summary>
    Bad,
}
