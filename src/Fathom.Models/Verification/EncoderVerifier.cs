using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Encoders.Sentences;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares an encoder with reference values in a safetensors file: from <c>input_ids</c>, <c>attention_mask</c>, <c>token_type_ids</c>
/// and <c>labels</c> the <c>hidden_states.N</c>, <c>last_hidden_state</c>, <c>pooler_output</c>, <c>logits</c>, <c>loss</c>,
/// <c>position_ids</c>, <c>mean_pooled</c>, <c>sentence_embedding</c> and <c>cosine_similarity</c>, whichever it has; bucket tables too.
/// Real positions only; rows are padded on the right.
/// </summary>
public sealed class EncoderVerifier(TextEncoder encoder, ReferenceTolerance? tolerance = null)
{
    private readonly ReferenceTolerance _tolerance = tolerance ?? new ReferenceTolerance();

    /// <summary>Compares everything in the file.</summary>
    /// <exception cref="FathomException">The file cannot be read, or its shapes are not those of the model.</exception>
    public ReferenceReport Verify(string goldenPath)
    {
        using var opened = SafetensorsFile.Open(goldenPath);
        var file = new GoldenFile(opened);
        var judge = new ReferenceJudge(_tolerance);
        if (!file.Has("input_ids"))
        {
            if (SentenceReference.Beside(goldenPath) is not { } sentences) throw new FathomException($"{goldenPath}: has no tensor 'input_ids', so it is no file of reference values; the documentation (encoders.md) shows how to make one");
            new SentenceReference(encoder, judge, file).Compare(sentences);
            return judge.Close(file);
        }

        var rows = GoldenRows.ReadRightPadded(file);
        judge.Used("input_ids", "attention_mask");
        var inputs = Inputs(file, rows, judge);
        var outputs = encoder.Encode(inputs, EncoderParts.AllStates | EncoderParts.LastStates | EncoderParts.Pooler | EncoderParts.Logits);
        CompareStates(file, rows, outputs, judge);
        CompareHeads(file, outputs, judge);
        CompareSentences(file, outputs, judge);
        ComparePositions(file, rows, judge);
        RelativeTables.Compare(file, encoder.Stack.Buckets, judge);
        return judge.Close(file);
    }

    private static EncoderInput[] Inputs(GoldenFile file, GoldenRows rows, ReferenceJudge judge)
    {
        var types = file.Has("token_type_ids") ? file.Integers("token_type_ids") : null;
        judge.Used("token_type_ids");
        return [.. rows.Tokens.Select((tokens, row) => new EncoderInput(tokens, types is null ? default : types.AsMemory(row * rows.Columns, tokens.Length)))];
    }

    private void CompareStates(GoldenFile file, GoldenRows rows, IReadOnlyList<EncoderOutput> outputs, ReferenceJudge judge)
    {
        var width = encoder.Config.Width;
        var names = Enumerable.Range(0, encoder.Config.Entries).Select(entry => (Name: $"hidden_states.{entry}", Entry: entry)).Append((Name: "last_hidden_state", Entry: encoder.Config.Layers));
        foreach (var (name, entry) in names.Where(pair => file.Has(pair.Name)))
        {
            var reference = file.Floats(name, rows.Tokens.Length, rows.Columns, width);
            var difference = new Difference();
            for (var row = 0; row < outputs.Count; row++) difference.Add(outputs[row].Entries[entry], reference.AsSpan(row * rows.Columns * width, outputs[row].Tokens * width));
            judge.States(name, difference);
        }
    }

    private void CompareHeads(GoldenFile file, IReadOnlyList<EncoderOutput> outputs, ReferenceJudge judge)
    {
        if (file.Has("pooler_output") && encoder.HasPooler) CompareVectors(file, "pooler_output", [.. outputs.Select(output => output.Pooler)], judge.States);
        var labels = encoder.Config.Labels.Count;
        if (labels == 0) return;
        if (file.Has("logits")) CompareVectors(file, "logits", [.. outputs.Select(output => output.Logits)], judge.Logits);
        if (!file.Has("loss") || !file.Has("labels")) return;
        if (encoder.Config.ProblemType is not (null or "single_label_classification") || labels < 2)
        {
            judge.Leave("loss", "only the cross-entropy of one label a row is computed");
            return;
        }

        var targets = file.Integers("labels");
        judge.Used("labels");
        if (targets.Length != outputs.Count || targets.Any(target => target >= labels)) throw new FathomException($"{file.Location}: 'labels' must have one class below {labels} a row");
        judge.Loss("loss", outputs.Select((output, row) => CrossEntropy.Of(output.Logits, targets[row])).Average(), file);
    }

    private void CompareSentences(GoldenFile file, IReadOnlyList<EncoderOutput> outputs, ReferenceJudge judge)
    {
        var width = encoder.Config.Width;
        var means = Pooled(SentencePooling.Mean);
        if (file.Has("mean_pooled")) CompareVectors(file, "mean_pooled", means, judge.States);
        if (!file.Has("sentence_embedding")) return;
        var modules = SentenceModules.Read(encoder.Location);
        if (modules.Poolings.Count > 1 || modules.DenseFolders.Count > 0)
        {
            judge.Leave("sentence_embedding", "several poolings or Dense modules are not compared here");
            return;
        }

        var vectors = modules.Poolings.Count == 0 ? means : Pooled(modules.Poolings[0]);
        foreach (var vector in vectors.Where(_ => modules.Normalize)) SentencePooler.Normalize(vector);
        CompareVectors(file, "sentence_embedding", vectors, judge.States);
        if (file.Has("cosine_similarity")) SentenceReference.CompareCosines(file, "cosine_similarity", vectors, judge);

        float[][] Pooled(SentencePooling pooling) => [.. outputs.Select(output =>
        {
            var vector = new float[width];
            SentencePooler.Pool(pooling, output.LastStates, width, vector);
            return vector;
        })];
    }

    private void ComparePositions(GoldenFile file, GoldenRows rows, ReferenceJudge judge)
    {
        if (!file.Has("position_ids")) return;
        var reference = file.Integers("position_ids");
        if (reference.Length != rows.Tokens.Length * rows.Columns) throw new FathomException($"{file.Location}: 'position_ids' and 'input_ids' differ in shape");
        var (ours, theirs) = (new List<int>(), new List<int>());
        for (var row = 0; row < rows.Tokens.Length; row++)
        {
            var positions = new int[rows.Tokens[row].Length];
            EncoderEmbeddings.FillPositions(rows.Tokens[row], encoder.Stack.Embeddings.PositionsFrom, positions);
            ours.AddRange(positions);
            theirs.AddRange(reference.AsSpan(row * rows.Columns, positions.Length));
        }

        judge.Equal("position_ids", [.. ours], [.. theirs]);
    }

    private static void CompareVectors(GoldenFile file, string name, float[][] vectors, Action<string, Difference> judge)
    {
        var width = vectors[0].Length;
        var reference = file.Floats(name, vectors.Length, width);
        var difference = new Difference();
        for (var row = 0; row < vectors.Length; row++) difference.Add(vectors[row], reference.AsSpan(row * width, width));
        judge(name, difference);
    }
}
