using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares a model with encoder and decoder with reference values: from <c>input_ids</c>, <c>attention_mask</c>,
/// <c>decoder_input_ids</c> and <c>labels</c> the <c>encoder_hidden_states.N</c>, <c>decoder_hidden_states.N</c>, <c>logits</c> and
/// <c>loss</c>, the tables of buckets, and where the file has a ranking head over the encoder (<c>ranker.*</c>) what it gives.
/// Encoder states at real positions, decoder states and logits where there is a label.
/// </summary>
public sealed class TextToTextVerifier(TextToTextModel model, ReferenceTolerance? tolerance = null)
{
    private const int Ignored = -100;
    private readonly ReferenceTolerance _tolerance = tolerance ?? new ReferenceTolerance();

    /// <summary>Compares everything in the file.</summary>
    /// <exception cref="FathomException">The file cannot be read, or its shapes are not those of the model.</exception>
    public ReferenceReport Verify(string goldenPath)
    {
        using var opened = SafetensorsFile.Open(goldenPath);
        var file = new GoldenFile(opened);
        if (!file.Has("input_ids")) throw new FathomException($"{goldenPath}: has no tensor 'input_ids', so it is no file of reference values");
        var judge = new ReferenceJudge(_tolerance);
        var rows = GoldenRows.ReadRightPadded(file);
        judge.Used("input_ids", "attention_mask");
        var labels = file.Has("labels") ? file.SignedIntegers("labels") : null;
        var fed = DecoderInputs(file, labels, rows.Tokens.Length, judge);
        var outputs = rows.Tokens.Select((tokens, row) => model.GetStates(tokens, fed[row])).ToList();
        var states = outputs.Select(output => output.Encoder).ToList();
        CompareEncoder(file, rows, states, judge);
        CompareDecoder(file, fed, labels, outputs, judge);
        if (labels is not null && file.Has("loss")) CompareLoss(file, labels, outputs, judge);
        RelativeTables.Compare(file, model.EncoderStack.Buckets, judge);
        RankerReference.Compare(file, rows, states, judge);
        return judge.Close(file);
    }

    // As transformers makes them from labels: the start token in front, the last one dropped, padding where a label is ignored.
    private int[][] DecoderInputs(GoldenFile file, int[]? labels, int rows, ReferenceJudge judge)
    {
        var name = file.Has("decoder_input_ids") ? "decoder_input_ids" : labels is not null ? "labels" : null;
        if (name is null) return [.. Enumerable.Range(0, rows).Select(_ => new[] { model.Config.StartToken })];
        var shape = file.Shape(name);
        if (shape.Length != 2 || shape[0] != rows || shape[1] < 1 || (labels is not null && labels.Length != rows * shape[1])) throw new FathomException($"{file.Location}: '{name}' and 'labels' must have the shape [{rows}, tokens]");
        judge.Used("decoder_input_ids", "labels");
        var pad = model.Config.Encoder.PadToken ?? 0;
        var all = name == "labels"
            ? [.. labels!.Select((_, i) => i % shape[1] == 0 ? model.Config.StartToken : labels![i - 1] == Ignored ? pad : labels[i - 1])]
            : file.Integers(name);
        return [.. all.Chunk(shape[1])];
    }

    private void CompareEncoder(GoldenFile file, GoldenRows rows, List<EncoderOutput> outputs, ReferenceJudge judge)
    {
        var (width, layers) = (model.Config.Encoder.Width, model.Config.Encoder.Layers);
        var names = Enumerable.Range(0, layers + 1).Select(entry => (Name: $"encoder_hidden_states.{entry}", Entry: entry)).Append((Name: "encoder_last_hidden_state", Entry: layers));
        foreach (var (name, entry) in names.Where(pair => file.Has(pair.Name)))
        {
            var reference = file.Floats(name, outputs.Count, rows.Columns, width);
            var difference = new Difference();
            for (var row = 0; row < outputs.Count; row++) difference.Add(outputs[row].Entries[entry], reference.AsSpan(row * rows.Columns * width, outputs[row].Tokens * width));
            judge.States(name, difference);
        }
    }

    private void CompareDecoder(GoldenFile file, int[][] fed, int[]? labels, List<TextToTextStates> outputs, ReferenceJudge judge)
    {
        var columns = fed[0].Length;
        for (var entry = 0; entry <= model.Config.DecoderLayers; entry++)
        {
            if (file.Has($"decoder_hidden_states.{entry}")) judge.States($"decoder_hidden_states.{entry}", Compare($"decoder_hidden_states.{entry}", model.Config.Encoder.Width, output => output.DecoderEntries[entry]));
        }

        if (file.Has("logits")) judge.Logits("logits", Compare("logits", model.Config.Encoder.Vocabulary, output => output.Logits));

        Difference Compare(string name, int width, Func<TextToTextStates, float[]> ours)
        {
            var reference = file.Floats(name, outputs.Count, columns, width);
            var difference = new Difference();
            for (var place = 0; place < outputs.Count * columns; place++)
            {
                if (labels is null || labels[place] != Ignored) difference.Add(ours(outputs[place / columns]).AsSpan(place % columns * width, width), reference.AsSpan(place * width, width));
            }

            return difference;
        }
    }

    private void CompareLoss(GoldenFile file, int[] labels, List<TextToTextStates> outputs, ReferenceJudge judge)
    {
        var (columns, vocabulary) = (labels.Length / outputs.Count, model.Config.Encoder.Vocabulary);
        if (labels.Any(label => label != Ignored && (uint)label >= (uint)vocabulary)) throw new FathomException($"{file.Location}: 'labels' has an id that is not in the vocabulary of {vocabulary}");
        var losses = labels.Select((label, place) => (label, place)).Where(pair => pair.label != Ignored)
            .Select(pair => CrossEntropy.Of(outputs[pair.place / columns].Logits.AsSpan(pair.place % columns * vocabulary, vocabulary), pair.label)).ToList();
        if (losses.Count > 0) judge.Loss("loss", losses.Average(), file);
    }
}
