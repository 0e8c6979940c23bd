using System.Globalization;
using System.Text;
using Fathom.Cli.Models;
using Fathom.Cli.Runs;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Experiments;

/// <summary>Distinct texts that go through a model once, whatever draws they belong to.</summary>
internal sealed class TracedTexts
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>Collects texts in the order they first come.</summary>
    public TracedTexts(IEnumerable<ExperimentText> texts, PromptEncoder prompts, int contextTokens, int newTokens, bool findTextEnds, CancellationToken stop)
    {
        var samples = new List<Sample>();
        var all = new StringBuilder();
        foreach (var text in texts.Select(static text => text.Text))
        {
            stop.ThrowIfCancellationRequested();
            if (!_places.TryAdd(text, samples.Count)) continue;
            var tokens = prompts.Encode(text);
            if (tokens.Length == 0) throw new FathomException("a prompt has no tokens; give its text a prompt.template");
            if (tokens.Length + newTokens > contextTokens)
            {
                throw new FathomException($"the prompt of '{(text.Length > 40 ? text[..40] + "…" : text)}' has {tokens.Length} tokens, with {newTokens} new ones more than the model's context of {contextTokens}; lower prompt.max_new_tokens or leave that text out");
            }

            samples.Add(new Sample(samples.Count, text, Label: null, Answer: null, tokens, findTextEnds ? prompts.SuffixTokens(text, tokens) : 0));
            all.Append(text.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(text).Append('\n');
        }

        Set = new SampleSet("texts", FileHash.OfText(all.ToString()), samples);
    }

    /// <summary>The texts as a set of samples.</summary>
    public SampleSet Set { get; }

    /// <summary>The traces of some of the texts with their labels, in the order of the store; read anew each time.</summary>
    /// <param name="store">Traces of all texts.</param>
    /// <param name="chosen">The texts.</param>
    /// <param name="classLogits">Which of the stored class logits to keep, in order; null for all.</param>
    public IEnumerable<Trace> Of(TraceStore store, IReadOnlyList<ExperimentText> chosen, int[]? classLogits)
    {
        var labels = chosen.GroupBy(text => _places[text.Text]).ToDictionary(static group => group.Key, static group => group.Select(static text => text.Label).ToArray());
        foreach (var trace in store.Read())
        {
            if (!labels.TryGetValue((int)trace.Index, out var own)) continue;
            foreach (var label in own)
            {
                yield return trace with { Label = label, ClassLogits = classLogits is null ? trace.ClassLogits : [.. classLogits.Select(place => trace.ClassLogits![place])] };
            }
        }
    }
}
