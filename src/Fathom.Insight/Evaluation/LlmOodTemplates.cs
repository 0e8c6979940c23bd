namespace Fathom.Insight.Evaluation;

/// <summary>The prompt templates of LLM-OOD as data; <c>{text}</c> is the sentence. Texts out of distribution are put in the in-distribution task's template.</summary>
public static class LlmOodTemplates
{
    private const string Body = "### Input:\n{text}\n\n### Output:\n";

    private static readonly SortedDictionary<string, string> All = new(StringComparer.Ordinal)
    {
        ["none"] = "{text}",
        ["normal"] = Body,
        ["instruct_banking"] = "Below is a bank system. Given an input, output its intent category.\n\n" + Body,
        ["instruct_travel"] = "Given an input related to travel, output its intent category.\n\n" + Body,
        ["instruct_sst2"] = "This is sentiment analysis task.\n\n" + Body,
        ["instruct_20ng"] = "This is news document classification task.\n\n" + Body,
    };

    /// <summary>Names of the templates.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The template of a name.</summary>
    /// <exception cref="FathomException">There is none; the message lists those there are.</exception>
    public static string Get(string name) => All.TryGetValue(name, out var template)
        ? template
        : throw new FathomException($"template '{name}' is unknown; known are {string.Join(", ", All.Keys)}");
}
