using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Experiments;

/// <summary>Refuses experiments whose values do not go together.</summary>
internal static class OodExperimentChecks
{
    public static void Check(OodExperiment experiment, Action<bool, string, string> require)
    {
        require(experiment.Experiment == "ood", "experiment", experiment.Experiment.Length == 0 ? "is missing; known is ood" : $"is '{experiment.Experiment}', known is ood");
        require(experiment.Model.Path.Length > 0, "model.path", "is missing; name a folder, a .gguf file or a hub name");
        require(experiment.Seeds.Count > 0, "seeds", "is empty; give at least one");
        require(experiment.Seeds.All(static seed => seed >= 0), "seeds", "has one below 0");
        require(experiment.Seeds.Distinct().Count() == experiment.Seeds.Count, "seeds", "has one twice");
        require(experiment.Prompt.Text is not { } prompt || prompt.Contains("{text}", StringComparison.Ordinal) || prompt.Contains("{question}", StringComparison.Ordinal), "prompt.template", $"is '{experiment.Prompt.Template}', neither a text with {{text}} in it nor one of {string.Join(", ", LlmOodTemplates.Names)}");
        require(experiment.Prompt.MaxNewTokens >= 1, "prompt.max_new_tokens", $"is {experiment.Prompt.MaxNewTokens}, at least 1 was expected");
        require(experiment.Prompt.Embedding is "last" or "avg" or "text_last", "prompt.embedding", $"is '{experiment.Prompt.Embedding}', known are last, avg, text_last");
        CheckDetectors(experiment, require);
        var known = experiment.InDistribution;
        require(known.Fit.Length > 0, "in_distribution.fit", "is missing; name the file to fit the detectors on");
        require(known.Sample is null or >= 1, "in_distribution.sample", $"is {known.Sample}, at least 1 was expected");
        require(known.Shots is null or >= 1, "in_distribution.shots", $"is {known.Shots}, at least 1 was expected");
        require(known.LabelField is not null || (known.Shots is null && known.Classes is null && known.Labels.Count == 0), "in_distribution.label_field", "is missing; shots and classes need labelled rows, and so do labels");
        require(known.Classes is null || known.Classes.File is null == known.Classes.Group is null, "in_distribution.classes", "needs file and group together, or neither");
        require(known.Classes is not null || experiment.OutOfDistribution.Count > 0, "out_of_distribution", "is empty; name a set, or draw in_distribution.classes");
        for (var i = 0; i < experiment.OutOfDistribution.Count; i++)
        {
            var set = experiment.OutOfDistribution[i];
            var key = $"out_of_distribution[{i}]";
            require(IsFileName(set.Name), key + ".name", $"is '{set.Name}'; expected letters, digits, dashes and underscores");
            require(set.Files.Count > 0, key + ".files", "is empty; name at least one file");
            require(set.Sample is null or >= 1, key + ".sample", $"is {set.Sample}, at least 1 was expected");
            require(set.Labels.Count == 0 || set.LabelField is not null, key + ".label_field", "is missing; labels need it");
        }

        require(experiment.OutOfDistribution.Select(static set => set.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() == experiment.OutOfDistribution.Count, "out_of_distribution", "has two sets of one name");
        require(experiment.FineTuning is null or { Recipe.Length: > 0 }, "fine_tuning.recipe", "is missing; name a training recipe");
    }

    private static void CheckDetectors(OodExperiment experiment, Action<bool, string, string> require)
    {
        foreach (var (names, key) in experiment.Combine.Select(static (names, i) => (names, $"combine[{i}]")).Prepend((experiment.Detectors, "detectors")))
        {
            try
            {
                _ = DetectorRegistry.Parse(string.Join(',', names));
            }
            catch (FathomException unknown)
            {
                require(false, key, $"cannot be used: {unknown.Message}");
            }
        }

        require(experiment.Combine.All(static names => names.Count >= 2), "combine", "has a list of fewer than two detectors");
    }

    private static bool IsFileName(string name) => name.Length is >= 1 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
