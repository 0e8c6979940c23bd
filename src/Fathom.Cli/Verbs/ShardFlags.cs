using System.CommandLine;
using System.Globalization;
using Fathom.Cli.CommandLine;

namespace Fathom.Cli.Verbs;

/// <summary>How several processes share a fit.</summary>
internal static class ShardFlags
{
    public static readonly Option<string> Shard = new("--shard")
    {
        Description = "Do share I of N alone (samples I-1, I-1+N, …) and write its part of the fit to --out; the traces stay beside it for --merge.",
        HelpName = "I/N",
    };

    public static readonly Option<string[]> Merge = new("--merge")
    {
        Description = "Finish a fit from the parts that --shard wrote, with the options they were made with: the file is that of one process, to the byte.",
        HelpName = "PART",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The share to do, from 0, and how many there are; <see langword="null"/>: all.</summary>
    /// <exception cref="UsageException">It is no share, or parts are to be merged too.</exception>
    public static (int Share, int Of)? ShareOf(VerbContext context)
    {
        if (context.Get(Shard) is not { } text) return null;
        if (PartsOf(context).Count > 0) throw new UsageException("--shard makes a part and --merge finishes a fit of parts: give one of them");
        return text.Split('/') is [var share, var of]
            && int.TryParse(share, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
            && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && i >= 1 && i <= n
            ? (i - 1, n)
            : throw new UsageException($"--shard {text}: expected a share such as 1/4, the first of four");
    }

    /// <summary>The parts to merge; none: a fit in one process.</summary>
    public static IReadOnlyList<string> PartsOf(VerbContext context) => context.Get(Merge) ?? [];
}
