using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Verbs;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Runs;

/// <summary>The detectors a command line asks for, and which of them leads.</summary>
internal sealed record DetectorChoice(IReadOnlyList<DetectorDefinition> Definitions, GuardLead Lead)
{
    /// <summary>Reads the options; where none names a detector, all are fitted, and the recommended one with them leads (<see cref="RecommendedDetectors"/>).</summary>
    /// <exception cref="UsageException">A name is unknown, or not among those asked for.</exception>
    public static DetectorChoice Of(VerbContext context, string model)
    {
        var named = context.Get(OodFlags.Detectors);
        var choice = RecommendedDetectors.For(context.Get(DataFlags.LabelField) is not null, ModelSession.IsFineTuned(model, context));
        var definitions = OodFlags.Definitions(context, named ?? "all", OodFlags.Detectors.Name).ToList();
        var members = context.Get(OodFlags.Combine) is { } combine ? OodFlags.Definitions(context, combine, OodFlags.Combine.Name) : null;
        if (members is { Count: < 2 }) throw new UsageException($"{OodFlags.Combine.Name} {context.Get(OodFlags.Combine)}: expected at least two detectors");
        if (named is null && members is null)
        {
            var recommended = OodFlags.Definitions(context, string.Join(',', choice.Detectors), OodFlags.Detectors.Name);
            definitions.AddRange(recommended.Where(definition => !definitions.Contains(definition)));
            if (choice.IsCombination) members = recommended;
        }

        if (members is not null) definitions.Add(new CombinedDetector(members));
        OodFlags.EnsureUsed(context, definitions);
        return new DetectorChoice(definitions, LeadOf(context, definitions, choice));
    }

    private static GuardLead LeadOf(VerbContext context, List<DetectorDefinition> definitions, Recommendation choice)
    {
        if (context.Get(OodFlags.Lead) is { } asked)
        {
            return Has(asked)
                ? new GuardLead(asked, $"chosen with {OodFlags.Lead.Name}")
                : throw new UsageException($"{OodFlags.Lead.Name} {asked}: is not fitted; there are {string.Join(", ", definitions.Select(definition => definition.Name))}");
        }

        if (context.Has(OodFlags.Combine)) return new GuardLead(Recommendation.Combined, $"chosen with {OodFlags.Combine.Name}");
        if (Has(choice.Lead)) return new GuardLead(choice.Lead, $"recommended for {(choice.Labelled ? "labelled" : "unlabelled")} data and a model {(choice.FineTuned ? "taught the task" : "as it is")}: {choice.Reason} ({RecommendedDetectors.Evidence})");
        return choice.Detectors.FirstOrDefault(Has) is { } part
            ? new GuardLead(part, $"of those named it is part of what is recommended here, {string.Join(" and ", choice.Detectors)} combined ({RecommendedDetectors.Evidence})")
            : new GuardLead(definitions[0].Name, "the first that was named");

        bool Has(string name) => definitions.Exists(definition => definition.Name == name);
    }
}
