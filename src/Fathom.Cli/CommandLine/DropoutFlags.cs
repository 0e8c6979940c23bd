using System.CommandLine;
using Fathom.Models.Tracing;

namespace Fathom.Cli.CommandLine;

/// <summary>How passes with dropout are made.</summary>
internal static class DropoutFlags
{
    public static readonly Option<int?> Passes = Numbers.AtLeast("--dropout-passes", 2, "Passes with dropout a sample, for mc_dropout (default: 10).");

    public static readonly Option<double?> Rate = Numbers.Between("--dropout-rate", 0.001, 0.9, "Share of numbers that dropout drops, for mc_dropout (default: 0.1).");

    public static readonly Option<string> Sites = new("--dropout-sites")
    {
        Description = "Where dropout is put, for mc_dropout, separated by commas (default: embeddings,attention,feed_forward).",
        HelpName = "NAMES",
    };

    /// <summary>Whether the command line says anything about them.</summary>
    public static bool AreUsed(VerbContext context) => context.Has(Passes) || context.Has(Rate) || context.Has(Sites);

    /// <summary>What the command line says, defaults for the rest.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public static DropoutOptions OptionsOf(VerbContext context)
    {
        var standard = new DropoutOptions();
        try
        {
            var options = new DropoutOptions
            {
                Passes = context.Get(Passes) ?? standard.Passes,
                Rate = context.Get(Rate) ?? standard.Rate,
                Sites = context.Get(Sites) is { } names ? DropoutSiteNames.Parse(names) : standard.Sites,
            };
            options.Validate();
            return options;
        }
        catch (FathomException failure)
        {
            throw new UsageException(failure.Message);
        }
    }
}
