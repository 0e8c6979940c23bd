using System.CommandLine;
using Fathom.Cli.CommandLine;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Verbs;

/// <summary>How <c>ood fit</c> finds thresholds, and what it keeps for explanations.</summary>
internal static class CalibrationFlags
{
    public static readonly Option<string> Calibration = new("--calibration")
    {
        Description = "Data of the same kind that are kept out of the fit: thresholds and p-values are read from their scores (default: cross-fitting on --data).",
        HelpName = "FILE",
    };

    public static readonly Option<double?> Quantile = Numbers.Between("--quantile", 0.5, 0.9999, "Share of in-distribution scores below the threshold (default: 0.95).");

    public static readonly Option<string> Rule = RuleOption();

    public static readonly Option<string> GroupField = new("--group-field")
    {
        Description = "Field with a sample's group (a language, a tenant): conformal thresholds apart for every group, so that none pays for another's false alarms.",
        HelpName = "NAME",
    };

    public static readonly Option<string> Ood = new("--ood") { Description = "Data of another kind, which --threshold youden needs.", HelpName = "FILE" };

    public static readonly Option<bool> NoTexts = new("--no-texts") { Description = "Keep no texts of the fit samples: nearest examples are then named by their place alone." };

    public static readonly Option<int?> TextCharacters = Numbers.AtLeast("--text-characters", 1, "Characters kept of every fit sample's text, to show nearest examples (default: 160).");

    private const int DefaultTextCharacters = 160;

    /// <summary>The settings as the command line gives them.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public static CalibrationOptions OptionsOf(VerbContext context)
    {
        var groups = context.Get(GroupField) is not null;
        var rule = context.Get(Rule) switch
        {
            "conformal" => ThresholdRule.Conformal,
            "youden" => ThresholdRule.Youden,
            null when groups => ThresholdRule.Conformal,
            _ => ThresholdRule.Quantile,
        };
        if (groups && rule != ThresholdRule.Conformal) throw new UsageException($"{GroupField.Name} gives conformal thresholds by group; leave out {Rule.Name}, or say {Rule.Name} conformal");
        if (rule == ThresholdRule.Youden && context.Get(Ood) is null) throw new UsageException($"{Rule.Name} youden chooses by out-of-distribution samples: name some with {Ood.Name} FILE, or take quantile or conformal");
        if (rule == ThresholdRule.Youden && context.Has(Quantile)) throw new UsageException($"{Quantile.Name} is for the rules quantile and conformal, not for youden");
        if (rule != ThresholdRule.Youden && context.Get(Ood) is not null) throw new UsageException($"{Ood.Name} is for {Rule.Name} youden; the other rules look at in-distribution samples alone");
        if (context.Get(NoTexts) && context.Has(TextCharacters)) throw new UsageException($"{NoTexts.Name} and {TextCharacters.Name} contradict each other");
        return new CalibrationOptions
        {
            Level = context.Get(Quantile) ?? 0.95,
            Rule = rule,
            TextCharacters = context.Get(NoTexts) ? 0 : context.Get(TextCharacters) ?? DefaultTextCharacters,
        };
    }

    private static Option<string> RuleOption()
    {
        var option = new Option<string>("--threshold")
        {
            Description = "How the threshold is read from the scores: the quantile (the default), the conformal one, which also promises its rate for few samples, or the one that separates best from --ood.",
            HelpName = "quantile|conformal|youden",
        };
        return option.OneOf("quantile", "conformal", "youden");
    }
}
