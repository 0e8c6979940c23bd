using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Verification;

/// <summary>Compares what a decoder with a class head says of whole rows: <c>logits</c> <c>[rows, labels]</c>, and with <c>labels</c> the mean cross-entropy.</summary>
internal static class ClassifierReference
{
    /// <summary>Compares what the file has.</summary>
    /// <exception cref="FathomException">Shapes or labels are not the model's.</exception>
    public static void Compare(LanguageModel model, GoldenFile file, GoldenRows rows, ReferenceJudge judge)
    {
        if (!file.Has("logits")) return;
        var (count, labels) = (rows.Tokens.Length, model.Config.Labels.Count);
        var reference = file.Floats("logits", count, labels);
        var ours = rows.Tokens.Select(tokens => Logits(model, tokens)).ToArray();
        var difference = new Difference();
        for (var row = 0; row < count; row++) difference.Add(ours[row], reference.AsSpan(row * labels, labels));
        judge.Logits("logits", difference);
        if (!file.Has("loss") || !file.Has("labels")) return;
        var classes = file.Integers("labels");
        judge.Used("labels");
        if (classes.Length != count || classes.Any(label => label >= labels)) throw new FathomException($"{file.Location}: 'labels' must have one class below {labels} a row");
        judge.Loss("loss", ours.Select((logits, row) => CrossEntropy.Of(logits, classes[row])).Average(), file);
    }

    private static float[] Logits(LanguageModel model, int[] tokens)
    {
        var width = model.Config.Width;
        var states = model.GetHiddenStates(tokens).Entries[model.Config.Layers];
        var pooled = new float[width];
        if (model.Config.ClassPooling == ClassPooling.Mean) StateMean.Of(states, width, pooled);
        else states.AsSpan((tokens.Length - 1) * width, width).CopyTo(pooled);
        return model.Runner.Classify(pooled).Logits;
    }
}
