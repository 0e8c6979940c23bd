namespace Fathom.Models.Verification;

/// <summary>Compares the largest logits after each prompt: <c>top64_ids</c> and <c>top64_logits</c>, <c>[prompts, count]</c>, from the largest down.</summary>
internal sealed class TopLogits
{
    private const string Ids = "top64_ids";
    private const string Values = "top64_logits";
    private readonly Difference _difference = new();
    private readonly int[] _ids;
    private readonly float[] _reference;
    private readonly int _count;
    private readonly double _margin;
    private int _wrong;

    private TopLogits(int[] ids, float[] reference, int count, double margin) => (_ids, _reference, _count, _margin) = (ids, reference, count, margin);

    /// <summary>Reads them; null where the file has none.</summary>
    /// <exception cref="FathomException">Shapes or ids are not the model's.</exception>
    public static TopLogits? Read(GoldenFile file, int prompts, int vocabulary, double margin)
    {
        if (!file.Has(Ids) || !file.Has(Values)) return null;
        var shape = file.Shape(Ids);
        var ids = file.Integers(Ids);
        if (shape.Length != 2 || shape[0] != prompts || shape[1] < 1 || ids.Any(id => id >= vocabulary)) throw new FathomException($"{file.Location}: '{Ids}' must have the shape [{prompts}, count], with ids below {vocabulary}");
        return new TopLogits(ids, file.Floats(Values, prompts, shape[1]), shape[1], margin);
    }

    /// <summary>Takes our logits after a prompt.</summary>
    public void Add(int prompt, float[] logits)
    {
        var ids = _ids.AsSpan(prompt * _count, _count);
        var ours = new float[_count];
        for (var i = 0; i < _count; i++) ours[i] = logits[ids[i]];
        _difference.Add(ours, _reference.AsSpan(prompt * _count, _count));

        // Theirs counts as wrong where ours at that place is another, and better by more than a tie.
        var ranked = logits.Order().TakeLast(_count).Reverse().ToArray();
        for (var i = 0; i < _count; i++)
        {
            if (Math.Abs((double)ranked[i] - ours[i]) > _margin) _wrong++;
        }
    }

    /// <summary>Gives the verdict.</summary>
    public void Judge(ReferenceJudge judge)
    {
        judge.Tokens(Ids, _wrong, _ids.Length);
        judge.Logits(Values, _difference);
    }
}
