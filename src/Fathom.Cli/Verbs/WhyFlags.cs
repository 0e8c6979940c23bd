using System.CommandLine;
using Fathom.Cli.CommandLine;

namespace Fathom.Cli.Verbs;

/// <summary>How far <c>ood score</c> explains what it flags.</summary>
internal static class WhyFlags
{
    public static readonly Option<string> Why = WhyOption();

    public static readonly Option<int?> Limit = Numbers.AtLeast("--why-limit", 1, "Flagged samples whose tokens are tried, the strangest first (default: 20).");

    public const int DefaultLimit = 20;

    private static Option<string> WhyOption()
    {
        var option = new Option<string>("--why")
        {
            Description = "Also find the tokens at fault in flagged samples: how much the score falls when each is left out. Runs every such sample once more for each of its tokens.",
            HelpName = "tokens",
        };
        return option.OneOf("tokens");
    }
}
