using Fathom.Formats;
using Fathom.Models.Positions;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares a model with reference values in a safetensors file: <c>input_ids</c>, <c>attention_mask</c>, <c>hidden_states.N</c>,
/// <c>last_block_residual</c>, <c>logits</c>, <c>loss</c>, <c>generated.I</c>, <c>generated_nocache.I</c>, <c>alone.logits.I</c>,
/// <c>short.*</c> and <c>rope.*</c>, whichever it has. Real positions only. Where the reference lets a row depend on the padded length
/// (dynamic rope), a shorter row is compared with what the reference gives it alone.
/// </summary>
public sealed class ReferenceVerifier(LanguageModel model, ReferenceTolerance? tolerance = null)
{
    private readonly ReferenceTolerance _tolerance = tolerance ?? new ReferenceTolerance();
    private readonly List<TensorComparison> _compared = [];
    private readonly List<(string, string)> _left = [];

    /// <summary>Compares everything in the file.</summary>
    /// <exception cref="FathomException">The file cannot be read, or its shapes are not those of the model.</exception>
    public ReferenceReport Verify(string goldenPath)
    {
        using var opened = SafetensorsFile.Open(goldenPath);
        var file = new GoldenFile(opened);
        if (!file.Has("input_ids") && PromptReference.Beside(goldenPath) is { } prompts) return new PromptReference(model, _tolerance, file, prompts).Verify();
        if (!file.Has("input_ids")) throw new FathomException($"{goldenPath}: has no tensor 'input_ids', so it is no file of reference values; the documentation (models.md) shows how to make one");
        _compared.Clear();
        _left.Clear();
        CompareBatch(file);
        CompareAlone(file);
        CompareShort(file);
        CompareGenerated(file);
        CompareRope(file);
        var done = _compared.Select(tensor => tensor.Name).Concat(_left.Select(left => left.Item1)).Concat(["input_ids", "attention_mask", "short.input_ids", "short.attention_mask"]).ToHashSet();
        foreach (var name in file.Names.Where(name => !done.Contains(name)))
            _left.Add((name, name.StartsWith("grad.", StringComparison.Ordinal) || name == "adamw_losses" ? "training is not compared here" : "not known"));
        return new ReferenceReport { Tensors = [.. _compared], NotCompared = [.. _left] };
    }

    private void CompareBatch(GoldenFile file)
    {
        var rows = GoldenRows.Read(file);
        var config = model.Config;
        var alone = file.Names.Any(name => name.StartsWith("alone.", StringComparison.Ordinal));
        var usable = rows.Positions.Select(columns => !alone || columns.Length == rows.Columns).ToArray();
        var names = Enumerable.Range(0, config.Entries).Select(entry => $"hidden_states.{entry}").ToArray();
        var states = names.Select(name => file.Has(name) ? file.Floats(name, usable.Length, rows.Columns, WidthOf(name)) : null).ToArray();
        int WidthOf(string name) => name == names[^1] ? config.FinalWidth : config.Width;
        var residual = file.Has("last_block_residual") ? file.Floats("last_block_residual", usable.Length, rows.Columns, config.Width) : null;
        var logits = file.Has("logits") ? file.Floats("logits", usable.Length, rows.Columns, config.Vocabulary) : null;
        var differences = names.Select(_ => new Difference()).ToArray();
        var (residualDifference, logitsDifference) = (new Difference(), new Difference());
        var (loss, targets) = (0.0, 0);
        for (var row = 0; row < usable.Length; row++)
        {
            if (rows.Tokens[row].Length == 0 || (alone && !usable[row])) continue;
            var ours = model.GetHiddenStates(rows.Tokens[row], LogitPositions.All);
            for (var i = 0; i < rows.Tokens[row].Length; i++)
            {
                var place = row * rows.Columns + rows.Positions[row][i];
                for (var entry = 0; entry < states.Length; entry++) Add(differences[entry], ours.Entries[entry], states[entry], i, place, config.Width, WidthOf(names[entry]));
                Add(residualDifference, ours.LastResidual, residual, i, place, config.Width, config.Width);
                Add(logitsDifference, ours.Logits, logits, i, place, config.Vocabulary, config.Vocabulary);
            }

            var likelihoods = model.GetLogProbabilities(rows.Tokens[row]);
            loss -= likelihoods.Sum();
            targets += likelihoods.Length;
        }

        if (!usable.Contains(true))
        {
            _left.AddRange(names.Concat(["last_block_residual", "logits", "loss"]).Where(file.Has).Select(name => (name, "every row is padded, which changes the reference's numbers")));
            return;
        }

        for (var entry = 0; entry < names.Length; entry++)
        {
            if (states[entry] is not null) Judge(names[entry], differences[entry], _tolerance.States);
        }

        if (residual is not null) Judge("last_block_residual", residualDifference, _tolerance.States);
        if (logits is not null) Judge("logits", logitsDifference, _tolerance.Logits, _tolerance.LogitsAbsolute);
        if (!file.Has("loss")) return;
        if (alone)
        {
            _left.Add(("loss", "padding changes the reference's numbers in its shorter rows"));
            return;
        }

        var difference = new Difference();
        difference.Add([(float)(loss / targets)], file.Floats("loss"));
        Judge("loss", difference, 0, _tolerance.Loss);
    }

    private void CompareAlone(GoldenFile file)
    {
        if (!file.Names.Any(name => name.StartsWith("alone.logits.", StringComparison.Ordinal))) return;
        var rows = GoldenRows.Read(file);
        for (var row = 0; row < rows.Tokens.Length; row++)
        {
            if (file.Has($"alone.logits.{row}")) CompareLogits(file, $"alone.logits.{row}", rows.Tokens[row]);
        }
    }

    private void CompareShort(GoldenFile file)
    {
        if (!file.Has("short.input_ids") || !file.Has("short.logits")) return;
        var rows = GoldenRows.Read(file, "short.");
        if (rows.Tokens.Length == 1 && rows.Tokens[0].Length == rows.Columns) CompareLogits(file, "short.logits", rows.Tokens[0], leading: true);
    }

    private void CompareLogits(GoldenFile file, string name, int[] tokens, bool leading = false)
    {
        var reference = leading ? file.Floats(name, 1, tokens.Length, model.Config.Vocabulary) : file.Floats(name, tokens.Length, model.Config.Vocabulary);
        var difference = new Difference();
        difference.Add(model.GetHiddenStates(tokens, LogitPositions.All).Logits, reference);
        Judge(name, difference, _tolerance.Logits, _tolerance.LogitsAbsolute);
    }

    private void CompareGenerated(GoldenFile file)
    {
        var rows = GoldenRows.Read(file);
        for (var row = 0; row < rows.Tokens.Length; row++)
        {
            foreach (var (name, whole) in new[] { ($"generated.{row}", false), ($"generated_nocache.{row}", true) })
            {
                if (!file.Has(name)) continue;
                var reference = file.Integers(name);
                if (reference.Length <= rows.Tokens[row].Length || !reference.AsSpan(0, rows.Tokens[row].Length).SequenceEqual(rows.Tokens[row]))
                {
                    _left.Add((name, "does not begin with the row's own tokens"));
                    continue;
                }

                var wrong = GreedyCheck.Differing(model, reference, rows.Tokens[row].Length, whole, _tolerance.GreedyMargin);
                _compared.Add(new TensorComparison(name, wrong, (double)wrong / (reference.Length - rows.Tokens[row].Length), wrong == 0));
            }
        }
    }

    private void CompareRope(GoldenFile file)
    {
        CompareFrequencies(file, "rope.inv_freq", model.Config.Rope);
        CompareFrequencies(file, "rope.full_attention_inv_freq", model.Config.Rope);
        CompareFrequencies(file, "rope.sliding_attention_inv_freq", model.Config.WindowRope ?? model.Config.Rope);

        if (!file.Has("rope.attention_scaling")) return;
        var factor = new Difference();
        factor.Add([(float)model.Config.Rope.AttentionFactor], file.Floats("rope.attention_scaling"));
        Judge("rope.attention_scaling", factor, 1e-6);
    }

    private void CompareFrequencies(GoldenFile file, string name, RopeConfig rope)
    {
        if (!file.Has(name)) return;
        var ours = RopeFrequencies.Compute(rope, file.Shape("input_ids")[1]);
        var difference = new Difference();
        difference.Add(ours, file.Floats(name, ours.Length));
        Judge(name, difference, 1e-6);
    }

    // Ours may be filled up with zeros to a greater width.
    private static void Add(Difference difference, float[] ours, float[]? reference, int at, int place, int width, int compared)
    {
        if (reference is not null) difference.Add(ours.AsSpan(at * width, compared), reference.AsSpan(place * compared, compared));
    }

    private void Judge(string name, Difference difference, double relative, double absolute = 0) =>
        _compared.Add(new TensorComparison(name, difference.MaxAbs, difference.MaxRel, difference.MaxRel <= relative || difference.MaxAbs <= absolute));
}
