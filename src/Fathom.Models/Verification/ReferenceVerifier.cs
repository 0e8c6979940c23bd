using Fathom.Formats;
using Fathom.Models.Positions;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares a model with reference values in a safetensors file: <c>input_ids</c>, <c>attention_mask</c>, <c>position_ids</c> (several
/// sequences in a row), <c>hidden_states.N</c>, <c>last_hidden_state</c>, <c>last_block_residual</c>, <c>logits</c>, <c>loss</c>,
/// <c>generated.I</c>, <c>generated_nocache.I</c>, <c>alone.logits.I</c>, <c>short.*</c>, <c>rope.*</c>, <c>merged.*</c> and
/// <c>merged_logits</c>, whichever it has; of a classifier the logits and loss of its classes. Real positions only. Where the reference
/// lets a row depend on the padded length (dynamic rope), a shorter row is compared with what the reference gives it alone.
/// Gradients and steps are another room's: <c>Fathom.Training.TrainingVerifier</c>.
/// </summary>
public sealed class ReferenceVerifier(LanguageModel model, ReferenceTolerance? tolerance = null)
{
    private readonly ReferenceTolerance _tolerance = tolerance ?? new ReferenceTolerance();

    /// <summary>Compares everything in the file.</summary>
    /// <exception cref="FathomException">The file cannot be read, or its shapes are not those of the model.</exception>
    public ReferenceReport Verify(string goldenPath)
    {
        using var opened = SafetensorsFile.Open(goldenPath);
        var file = new GoldenFile(opened);
        if (!file.Has("input_ids") && PromptReference.Beside(goldenPath) is { } prompts) return new PromptReference(model, _tolerance, file, prompts).Verify();
        if (!file.Has("input_ids")) throw new FathomException($"{goldenPath}: has no tensor 'input_ids', so it is no file of reference values; the documentation (models.md) shows how to make one");
        if (file.Has("pixel_values")) throw new FathomException($"{goldenPath}: was made with images ('pixel_values'), of which only the text is computed here; make one from text alone, as the documentation (models.md) shows");
        var judge = new ReferenceJudge(_tolerance);
        judge.Used("input_ids", "attention_mask", "position_ids", "short.input_ids", "short.attention_mask");
        if (file.Has("position_ids")) judge.Used(GoldenRows.Owners);
        var rows = GoldenRows.ReadApart(file);
        CompareBatch(file, rows, judge);
        if (model.Config.IsClassifier) ClassifierReference.Compare(model, file, rows, judge);
        CompareAlone(file, rows, judge);
        CompareShort(file, judge);
        CompareGenerated(file, rows, judge);
        CompareRope(file, judge);
        CompareMerged(file, judge);
        return judge.Close(file);
    }

    private void CompareBatch(GoldenFile file, GoldenRows rows, ReferenceJudge judge)
    {
        var config = model.Config;
        var alone = file.Names.Any(name => name.StartsWith("alone.", StringComparison.Ordinal));
        var usable = rows.Positions.Select(columns => !alone || columns.Length == rows.Columns).ToArray();
        var tensors = Batch(file, rows).ToArray();
        var causal = !config.IsClassifier && file.Has("loss");
        var predicted = causal ? NextTokenTargets.Read(file, rows) : null;
        if (predicted is not null) judge.Used("labels");
        else if (causal) judge.Leave("loss", NextTokenTargets.OtherLabels);
        if (!usable.Contains(true))
        {
            foreach (var tensor in tensors) judge.Leave(tensor.Name, "every row is padded, which changes the reference's numbers");
            if (predicted is not null) judge.Leave("loss", "every row is padded, which changes the reference's numbers");
            return;
        }

        var (loss, targets) = (0.0, 0);
        for (var row = 0; row < usable.Length; row++)
        {
            if (!usable[row]) continue;
            var ours = model.GetHiddenStates(rows.Tokens[row], config.IsClassifier ? LogitPositions.None : LogitPositions.All);
            foreach (var tensor in tensors)
            {
                var values = tensor.Ours(ours);
                for (var i = 0; i < rows.Tokens[row].Length; i++)
                    tensor.Difference.Add(values.AsSpan(i * tensor.Stride, tensor.Width), tensor.Reference.AsSpan(rows.Places[row][i] * tensor.Width, tensor.Width));
            }

            if (predicted is null || !predicted[row].Contains(true)) continue;
            foreach (var (_, likelihood) in model.GetLogProbabilities(rows.Tokens[row]).Index().Where(token => predicted[row][token.Index + 1]))
            {
                loss -= likelihood;
                targets++;
            }
        }

        foreach (var tensor in tensors)
        {
            if (tensor.IsLogits) judge.Logits(tensor.Name, tensor.Difference);
            else judge.States(tensor.Name, tensor.Difference);
        }

        if (predicted is null) return;
        if (alone) judge.Leave("loss", "padding changes the reference's numbers in its shorter rows");
        else judge.Loss("loss", loss / targets, file);
    }

    // Ours may be filled up with zeros to a greater width.
    private IEnumerable<PositionTensor> Batch(GoldenFile file, GoldenRows rows)
    {
        var config = model.Config;
        for (var at = 0; at < config.Entries; at++)
        {
            var entry = at;
            if (Tensor($"hidden_states.{entry}", entry == config.Layers ? config.FinalWidth : config.Width, config.Width, ours => ours.Entries[entry]) is { } states) yield return states;
        }

        if (Tensor("last_hidden_state", config.FinalWidth, config.Width, ours => ours.Entries[config.Layers]) is { } last) yield return last;
        if (Tensor("last_block_residual", config.Width, config.Width, ours => ours.LastResidual) is { } residual) yield return residual;
        if (config.IsClassifier) yield break;
        if (Tensor("logits", config.Vocabulary, config.Vocabulary, ours => ours.Logits) is { } logits) yield return logits;
        if (Tensor("merged_logits", config.Vocabulary, config.Vocabulary, ours => ours.Logits) is { } merged) yield return merged;

        PositionTensor? Tensor(string name, int width, int stride, Func<HiddenStates, float[]> ours) =>
            file.Has(name) ? new PositionTensor(name, file.Floats(name, rows.Count, rows.Columns, width), width, stride, ours) : null;
    }

    private void CompareAlone(GoldenFile file, GoldenRows rows, ReferenceJudge judge)
    {
        for (var row = 0; row < rows.Tokens.Length; row++)
        {
            if (file.Has($"alone.logits.{row}")) CompareLogits(file, $"alone.logits.{row}", rows.Tokens[row], judge);
        }
    }

    private void CompareShort(GoldenFile file, ReferenceJudge judge)
    {
        if (!file.Has("short.input_ids") || !file.Has("short.logits")) return;
        var rows = GoldenRows.Read(file, "short.");
        if (rows.Tokens.Length == 1 && rows.Tokens[0].Length == rows.Columns) CompareLogits(file, "short.logits", rows.Tokens[0], judge, leading: true);
    }

    private void CompareLogits(GoldenFile file, string name, int[] tokens, ReferenceJudge judge, bool leading = false)
    {
        var reference = leading ? file.Floats(name, 1, tokens.Length, model.Config.Vocabulary) : file.Floats(name, tokens.Length, model.Config.Vocabulary);
        var difference = new Difference();
        difference.Add(model.GetHiddenStates(tokens, LogitPositions.All).Logits, reference);
        judge.Logits(name, difference);
    }

    private void CompareGenerated(GoldenFile file, GoldenRows rows, ReferenceJudge judge)
    {
        for (var row = 0; row < rows.Tokens.Length; row++)
        {
            foreach (var (name, whole) in new[] { ($"generated.{row}", false), ($"generated_nocache.{row}", true) })
            {
                if (!file.Has(name)) continue;
                var reference = file.Integers(name);
                if (reference.Length <= rows.Tokens[row].Length || !reference.AsSpan(0, rows.Tokens[row].Length).SequenceEqual(rows.Tokens[row]))
                {
                    judge.Leave(name, "does not begin with the row's own tokens");
                    continue;
                }

                var wrong = GreedyCheck.Follow(model, reference, rows.Tokens[row].Length, whole, _tolerance.GreedyMargin).Wrong;
                judge.Tokens(name, wrong, reference.Length - rows.Tokens[row].Length);
            }
        }
    }

    private void CompareRope(GoldenFile file, ReferenceJudge judge)
    {
        CompareFrequencies(file, "rope.inv_freq", model.Config.Rope, judge);
        CompareFrequencies(file, "rope.full_attention_inv_freq", model.Config.Rope, judge);
        CompareFrequencies(file, "rope.sliding_attention_inv_freq", model.Config.WindowRope ?? model.Config.Rope, judge);

        if (!file.Has("rope.attention_scaling")) return;
        var factor = new Difference();
        factor.Add([(float)model.Config.Rope.AttentionFactor], file.Floats("rope.attention_scaling"));
        judge.Derived("rope.attention_scaling", factor);
    }

    private static void CompareFrequencies(GoldenFile file, string name, RopeConfig rope, ReferenceJudge judge)
    {
        if (!file.Has(name)) return;
        var ours = RopeFrequencies.Compute(rope, file.Shape("input_ids")[1]);
        var difference = new Difference();
        difference.Add(ours, file.Floats(name, ours.Length));
        judge.Derived(name, difference);
    }

    private void CompareMerged(GoldenFile file, ReferenceJudge judge)
    {
        const string prefix = "merged.";
        foreach (var name in file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (model.Weight(name[prefix.Length..]) is not { } weight)
            {
                judge.Leave(name, "the model has no weight of this name");
                continue;
            }

            var difference = new Difference();
            difference.Add(weight, file.Floats(name, file.Shape(name)));
            judge.Merged(name, difference);
        }
    }
}
