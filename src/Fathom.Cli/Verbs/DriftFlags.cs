using System.CommandLine;
using Fathom.Cli.CommandLine;
using Fathom.Insight.Metrics;

namespace Fathom.Cli.Verbs;

/// <summary>Whether <c>ood score</c> watches the samples as a stream.</summary>
internal static class DriftFlags
{
    public static readonly Option<bool> Drift = new("--drift") { Description = "Take the samples as a stream and say when the inputs have moved." };

    public static readonly Option<double?> Rate = Numbers.Between("--drift-rate", 1e-9, 0.5, "Chance of ever raising that alarm while nothing has moved (default: 0.01).");

    /// <summary>The settings; null where nobody asked.</summary>
    /// <exception cref="UsageException">A rate is given without the watch.</exception>
    public static DriftOptions? OptionsOf(VerbContext context)
    {
        if (context.Get(Drift)) return context.Get(Rate) is { } rate ? new DriftOptions { FalseAlarmRate = rate } : new DriftOptions();
        return context.Has(Rate) ? throw new UsageException($"{Rate.Name} is for {Drift.Name}, which is not asked for") : null;
    }
}
