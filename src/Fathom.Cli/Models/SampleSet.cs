using Fathom.Cli.CommandLine;
using Fathom.Cli.Runs;
using Fathom.Formats;

namespace Fathom.Cli.Models;

/// <summary>A data file read whole and checked, its prompts tokenized: what a run is about to do.</summary>
internal sealed record SampleSet(string Name, FileHash File, IReadOnlyList<Sample> Samples)
{
    /// <summary>Tokens of all prompts.</summary>
    public long PromptTokens => Samples.Sum(sample => (long)sample.PromptTokens.Length);

    /// <summary>Tokens of the longest prompt.</summary>
    public int LongestPrompt => Samples.Max(sample => sample.PromptTokens.Length);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Whose options say how it is read.</param>
    /// <param name="prompts">What makes a prompt of a text.</param>
    /// <param name="contextTokens">Tokens the model takes.</param>
    /// <param name="newTokens">Tokens to leave room for.</param>
    /// <param name="findTextEnds">Whether somebody must know where the text ends in the prompt.</param>
    /// <param name="groupField">Field with a sample's group, if any; a row may lack it.</param>
    /// <param name="bare">Whether rows may do without the label and the answer that the options name.</param>
    /// <param name="trim">Whether blanks at both ends of the texts are dropped, although no option says so.</param>
    /// <exception cref="FathomException">A row cannot be read, or its prompt leaves no room for the tokens to generate.</exception>
    public static SampleSet Read(string path, VerbContext context, PromptEncoder prompts, int contextTokens, int newTokens, bool findTextEnds = false, string? groupField = null, bool bare = false, bool trim = false)
    {
        var samples = new List<Sample>();
        var options = DataFlags.OptionsOf(context);
        if (trim) options = options with { Trim = true };
        foreach (var row in DataSet.Read(path, bare ? options with { LabelField = null, AnswerField = null } : options))
        {
            context.ThrowIfStopped();
            var tokens = prompts.Encode(row.Text);
            if (tokens.Length == 0)
            {
                throw new FathomException($"{path}: line {row.LineNumber}: the prompt has no tokens; give it some text, or a --template");
            }

            if (tokens.Length + newTokens > contextTokens)
            {
                throw new FathomException(
                    $"{path}: line {row.LineNumber}: the prompt's {tokens.Length} tokens and {newTokens} new ones exceed the model's context of {contextTokens}; shorten the text or lower --max-new-tokens");
            }

            samples.Add(new Sample(row.Index, row.Text, row.Label, row.Answer, tokens, findTextEnds ? prompts.SuffixTokens(row.Text, tokens) : 0)
            {
                Group = groupField is { Length: > 0 } && row.Fields.TryGetValue(groupField, out var group) && group.Text.Length > 0 ? group.Text : null,
            });
        }

        return new SampleSet(NameOf(path), FileHash.Of(path, context.Stop), samples);
    }

    /// <summary>First tokens of the names of this set's classes, the names in ordinal order.</summary>
    /// <exception cref="FathomException">A row has no label, or two names begin alike.</exception>
    public IReadOnlyList<int> ClassTokens(PromptEncoder prompts)
    {
        if (Samples.FirstOrDefault(sample => string.IsNullOrEmpty(sample.Label)) is { } bare) throw new FathomException($"{File.Path}: sample {bare.Index} has no label; softmax and energy need labelled data: name the field with --label-field");
        return prompts.ClassTokensOf(Samples[0].Text, [.. Samples.Select(sample => sample.Label!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Complains about the first sample without a group.</summary>
    /// <exception cref="FathomException">One has none.</exception>
    public void EnsureGroups(string field)
    {
        if (Samples.FirstOrDefault(sample => sample.Group is null) is { } bare) throw new FathomException($"{File.Path}: sample {bare.Index} has no field '{field}', or an empty one; --group-field needs it in every calibration sample");
    }

    /// <summary>Reads several files, telling apart those of equal name.</summary>
    public static IReadOnlyList<SampleSet> ReadAll(IEnumerable<string> paths, VerbContext context, PromptEncoder prompts, int contextTokens, int newTokens, bool findTextEnds = false)
    {
        var sets = new List<SampleSet>();
        foreach (var path in paths)
        {
            var set = Read(path, context, prompts, contextTokens, newTokens, findTextEnds);
            var name = set.Name;
            for (var again = 2; sets.Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)); again++)
            {
                name = $"{set.Name}-{again}";
            }

            sets.Add(set with { Name = name });
        }

        return sets;
    }

    /// <summary>One text, as a set of one.</summary>
    /// <exception cref="FathomException">Its prompt leaves no room for the tokens to generate.</exception>
    public static SampleSet OfText(string text, PromptEncoder prompts, int contextTokens, int newTokens)
    {
        var tokens = prompts.Encode(text);
        if (tokens.Length + newTokens > contextTokens)
        {
            throw new FathomException($"the prompt's {tokens.Length} tokens and {newTokens} new ones exceed the model's context of {contextTokens}; shorten the text or lower --max-new-tokens");
        }

        return new SampleSet("prompt", FileHash.OfText(text), [new Sample(0, text, Label: null, Answer: null, tokens)]);
    }

    // "algebra.jsonl.gz" is the set "algebra".
    private static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            name = name[..^3];
        }

        return Path.GetFileNameWithoutExtension(name);
    }
}
