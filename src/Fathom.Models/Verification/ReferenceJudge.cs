namespace Fathom.Models.Verification;

/// <summary>Keeps account of what was compared with a file of reference values and what was not.</summary>
internal sealed class ReferenceJudge(ReferenceTolerance tolerance)
{
    private readonly List<TensorComparison> _compared = [];
    private readonly List<(string Name, string Reason)> _left = [];
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);

    /// <summary>The bounds.</summary>
    public ReferenceTolerance Tolerance => tolerance;

    /// <summary>Notes that tensors were inputs.</summary>
    public void Used(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _inputs.Add(name);
    }

    /// <summary>Notes why a tensor is not compared.</summary>
    public void Leave(string name, string reason) => _left.Add((name, reason));

    /// <summary>Notes why everything that training gives is not compared.</summary>
    public void LeaveTraining(GoldenFile file, string reason)
    {
        foreach (var name in file.Names.Where(IsOfTraining)) Leave(name, reason);
    }

    /// <summary>States or vectors: relative to the largest value.</summary>
    public void States(string name, Difference difference) => Add(name, difference, difference.MaxRel <= tolerance.States);

    /// <summary>Logits: relative, or absolute where that is wider.</summary>
    public void Logits(string name, Difference difference) => Add(name, difference, difference.MaxRel <= tolerance.Logits || difference.MaxAbs <= tolerance.LogitsAbsolute);

    /// <summary>A loss: absolute.</summary>
    public void Loss(string name, double ours, GoldenFile file)
    {
        var difference = new Difference();
        difference.Add([(float)ours], file.Floats(name));
        Add(name, difference, difference.MaxAbs <= tolerance.Loss);
    }

    /// <summary>A gradient: relative to its largest entry, and a floor.</summary>
    public void Gradient(string name, Difference difference) => Add(name, difference, difference.MaxAbs <= tolerance.Gradients * difference.Scale + tolerance.GradientFloor);

    /// <summary>Losses from step to step: absolute.</summary>
    public void Steps(string name, Difference difference) => Add(name, difference, difference.MaxAbs <= tolerance.Steps);

    /// <summary>Merged weights: relative.</summary>
    public void Merged(string name, Difference difference) => Add(name, difference, difference.MaxRel <= tolerance.Merged);

    /// <summary>Numbers derived from the configuration: to fp32.</summary>
    public void Derived(string name, Difference difference) => Add(name, difference, difference.MaxRel <= 1e-6);

    /// <summary>A number, absolute or relative.</summary>
    public void Within(string name, double ours, double reference, double bound, bool relative)
    {
        var (absolute, share) = (Math.Abs(ours - reference), Math.Abs(ours / reference - 1));
        _compared.Add(new TensorComparison(name, absolute, share, (relative ? share : absolute) <= bound));
    }

    /// <summary>A tensor with bounds of its own: relative to its largest entry, or absolute where that is wider.</summary>
    public void Within(string name, Difference difference, double relative, double absolute = 0) => Add(name, difference, difference.MaxRel <= relative || difference.MaxAbs <= absolute);

    /// <summary>Tokens of greedy decoding: equal but where two are as good.</summary>
    public void Tokens(string name, int wrong, int of) => _compared.Add(new TensorComparison(name, wrong, (double)wrong / of, wrong == 0));

    /// <summary>Whole numbers: equal.</summary>
    public void Equal(string name, ReadOnlySpan<int> ours, ReadOnlySpan<int> reference)
    {
        double most = 0;
        double scale = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            most = Math.Max(most, Math.Abs((double)ours[i] - reference[i]));
            scale = Math.Max(scale, Math.Abs((double)reference[i]));
        }

        _compared.Add(new TensorComparison(name, most, scale > 0 ? most / scale : most, most == 0));
    }

    /// <summary>What was compared and what was left, without the rest of the file.</summary>
    public ReferenceReport Report() => new() { Tensors = [.. _compared], NotCompared = [.. _left] };

    /// <summary>Closes the account: whatever else the file has was not compared.</summary>
    public ReferenceReport Close(GoldenFile file)
    {
        var done = _compared.Select(tensor => tensor.Name).Concat(_left.Select(left => left.Name)).Concat(_inputs).ToHashSet(StringComparer.Ordinal);
        foreach (var name in file.Names.Where(name => !done.Contains(name)))
            _left.Add((name, IsOfTraining(name) ? "training was not compared" : "not known"));
        return Report();
    }

    /// <summary>Whether a tensor says what training gives.</summary>
    public static bool IsOfTraining(string name) => name.StartsWith("grad.", StringComparison.Ordinal) || name == "adamw_losses" || name.StartsWith("train.", StringComparison.Ordinal);

    private void Add(string name, Difference difference, bool passed) => _compared.Add(new TensorComparison(name, difference.MaxAbs, difference.MaxRel, passed));
}
