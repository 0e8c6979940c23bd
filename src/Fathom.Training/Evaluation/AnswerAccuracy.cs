using System.Text.RegularExpressions;
using Fathom.Models;
using Fathom.Models.Generation;

namespace Fathom.Training;

/// <summary>The share of problems that the model, generating greedily, answers right.</summary>
public sealed partial class AnswerAccuracy : IEvaluation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly AnswerAccuracy Default = new([new Problem("", "")]);
    private readonly IReadOnlyList<Problem> _problems;
    private readonly Regex _pattern;
    private readonly bool _isDefault;
    private readonly int _maxNewTokens;
    private readonly string _name;

    /// <summary>Prepares the measure.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="maxNewTokens">Tokens to generate at most.</param>
    /// <param name="pattern">A regular expression whose first group is the answer in the generated text, the last match counting; default: <c>The answer is N</c>, or else the last number.</param>
    /// <param name="name">Name of the metric.</param>
    /// <exception cref="FathomException">There is no problem, or the pattern is not a regular expression with a group.</exception>
    public AnswerAccuracy(IReadOnlyList<Problem> problems, int maxNewTokens = 128, string? pattern = null, string name = "accuracy")
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (problems.Count == 0) throw new FathomException("accuracy needs at least one problem");
        (_problems, _maxNewTokens, _name) = (problems, maxNewTokens, name);
        _isDefault = pattern is null;
        _pattern = pattern is null ? AnswerIs() : Own(pattern);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, bool> Metrics => new Dictionary<string, bool>(StringComparer.Ordinal) { [_name] = true };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        using var model = LanguageModel.Load(moment.ModelFolder, new LoadOptions { Threads = moment.Model.Device.Threads });
        var prompts = _problems.Select(problem => model.Tokenizer.Encode(problem.Prompt)).ToList();
        var results = model.Generate(prompts, new GenerationOptions { MaxNewTokens = _maxNewTokens }, cancellation: moment.Stop);
        var right = results.Zip(_problems).Count(pair => IsRight(pair.First.Text, pair.Second.Answer));
        return new Dictionary<string, double>(StringComparer.Ordinal) { [_name] = (double)right / _problems.Count };
    }

    /// <summary>Whether a generated text gives an answer (which may itself be a worked one): the number after <c>The answer is</c>, or else the last number.</summary>
    /// <param name="text">The generated text.</param>
    /// <param name="answer">The right answer.</param>
    public static bool Agrees(string text, string answer) => Default.IsRight(text, answer);

    /// <summary>Whether a generated text gives an answer, which may itself be a worked one.</summary>
    internal bool IsRight(string text, string answer) =>
        Extract(text) is { } given && string.Equals(given, Extract(answer) ?? Plain(answer), StringComparison.OrdinalIgnoreCase);

    private string? Extract(string text)
    {
        var match = _pattern.Matches(text).LastOrDefault();
        if (match is null && _isDefault) match = Number().Matches(text).LastOrDefault();
        return match is null ? null : Plain(match.Groups[1].Value);
    }

    private static string Plain(string answer)
    {
        var plain = answer.Trim().Replace("$", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal).TrimEnd('.');
        return plain.EndsWith(".0", StringComparison.Ordinal) ? plain[..^2] : plain;
    }

    private static Regex Own(string pattern)
    {
        try
        {
            var regex = new Regex(pattern, RegexOptions.CultureInvariant, Patience);
            return regex.GetGroupNumbers().Length > 1 ? regex : throw new FathomException($"answer pattern '{pattern}': needs a group for the answer, such as 'The answer is (\\d+)'");
        }
        catch (ArgumentException broken)
        {
            throw new FathomException($"answer pattern '{pattern}': is not a regular expression: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }

    [GeneratedRegex(@"[Tt]he answer is:?\s*(?<answer>-?\$?\d[\d,]*(?:\.\d+)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AnswerIs();

    [GeneratedRegex(@"(?<answer>-?\d[\d,]*(?:\.\d+)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
