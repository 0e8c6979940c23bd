using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// The share of prompts after which the model, decoding greedily, writes exactly the label and nothing else (blanks around it aside).
/// <para>
/// One pass over prompt and label shows the greedy choice at every place of the label up to the first where it leaves it. Most
/// outputs are settled there: the label was followed by an end token, or the token that came instead can no longer be part of it.
/// Only what is still open is generated on, token by token, so the value is that of plain generation.
/// </para>
/// </summary>
/// <param name="problems">Prompts and labels, at least one.</param>
/// <param name="decode">Turns ids into text, special tokens left out.</param>
/// <param name="endTokens">Tokens after which generation stops.</param>
/// <param name="maxNewTokens">Tokens generated at most.</param>
/// <param name="maxTokensPerPart">Tokens computed at once at most.</param>
/// <param name="name">Name of the metric.</param>
public sealed class GeneratedLabelAccuracy(
    IReadOnlyList<LabelProblem> problems, Func<int[], string> decode, IReadOnlyList<int> endTokens, int maxNewTokens = 16, int maxTokensPerPart = 2048, string name = "label_accuracy") : IEvaluation
{
    private const int MostRows = 64;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, bool> Metrics { get; } = new Dictionary<string, bool>(StringComparer.Ordinal) { [name] = true };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        if (problems.Count == 0) throw new FathomException("label accuracy needs at least one labelled text");
        var outputs = problems.Select(problem => new LabelOutput(problem, maxNewTokens, decode, endTokens)).ToList();
        Extend(moment, outputs, followLabel: true);
        while (outputs.FindAll(output => output.IsOpen) is { Count: > 0 } open) Extend(moment, open, followLabel: false);
        return new Dictionary<string, double>(StringComparer.Ordinal) { [name] = (double)outputs.Count(output => output.IsRight) / outputs.Count };
    }

    private void Extend(TrainingMoment moment, List<LabelOutput> outputs, bool followLabel)
    {
        for (var first = 0; first < outputs.Count;)
        {
            moment.Stop.ThrowIfCancellationRequested();
            var (last, tokens) = (first, 0);
            while (last < outputs.Count && (last == first || tokens + outputs[last].InputLength(followLabel) <= maxTokensPerPart)) tokens += outputs[last++].InputLength(followLabel);
            var part = outputs.GetRange(first, last - first);
            var batch = TokenBatch.Of([.. part.Select(output => output.Input(followLabel))], [.. part.Select(output => output.PromptLength)], share: true);
            using var tape = new Tape(moment.Model.Device, training: false);
            var rows = part.SelectMany((output, i) => output.Rows(followLabel).Select(row => batch.RowOf(i, row))).ToArray();
            var choices = Choices(tape, moment.Decoder, moment.Decoder.Forward(tape, batch), rows);
            var at = 0;
            foreach (var output in part)
            {
                var count = output.Rows(followLabel).Count();
                output.Take(choices.AsSpan(at, count));
                at += count;
            }

            first = last;
        }
    }

    // The greedy choice at each row; a few rows' logits at a time.
    private static int[] Choices(Tape tape, TrainableModel model, Variable states, int[] rows)
    {
        var choices = new int[rows.Length];
        for (var first = 0; first < rows.Length; first += MostRows)
        {
            var count = Math.Min(MostRows, rows.Length - first);
            using var part = new Tape(model.Device, training: false);
            var logits = part.Linear(part.Gather(states, [.. rows.AsSpan(first, count)]), model.Head);
            for (var i = 0; i < count; i++) choices[first + i] = Largest(logits.Values.Slice(i * logits.Width, logits.Width));
        }

        return choices;
    }

    private static int Largest(ReadOnlySpan<float> logits)
    {
        var largest = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[largest]) largest = i;
        }

        return largest;
    }
}
