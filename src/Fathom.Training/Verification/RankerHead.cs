using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The ranking head that a file of reference values brings (<c>ranker.head.*</c>, or <c>ranker.L1.*</c> to <c>L3.*</c>), to be taught; see <see cref="RankerReference"/> for what it computes.</summary>
internal sealed class RankerHead : IDisposable
{
    private const string Prefix = "ranker.";
    private readonly Dictionary<string, Variable> _parameters = new(StringComparer.Ordinal);
    private readonly Variable? _negativeTargets;

    /// <summary>Reads it; without parameters where the file has none.</summary>
    public RankerHead(GoldenFile file, AutogradDevice device)
    {
        if (!file.Has(Prefix + "pool_mask") || !file.Has(Prefix + "targets")) return;
        foreach (var name in file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && (name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".bias", StringComparison.Ordinal))))
        {
            var variable = device.NewVariable(true, file.Shape(name));
            file.Floats(name, file.Shape(name)).CopyTo(variable.Values);
            _parameters.Add(name[Prefix.Length..], variable);
        }

        var targets = file.Floats(Prefix + "targets", file.Shape(Prefix + "targets"));
        _negativeTargets = device.NewVariable(false, targets.Length, 1);
        for (var row = 0; row < targets.Length; row++) _negativeTargets.Values[row] = -targets[row];
    }

    /// <summary>Its parameters, without the prefix.</summary>
    public IReadOnlyDictionary<string, Variable> Parameters => _parameters;

    /// <summary>The mean of (score - target)^2.</summary>
    /// <exception cref="FathomException">Shapes do not fit.</exception>
    public Variable Loss(Tape tape, Variable states, GoldenRows rows, GoldenFile file)
    {
        var mask = file.Integers(Prefix + "pool_mask");
        if (mask.Length != rows.Count * rows.Columns) throw new FathomException($"{file.Location}: 'ranker.pool_mask' and 'input_ids' differ in shape");
        var groups = new List<int[]>();
        var start = 0;
        foreach (var places in rows.Places)
        {
            groups.Add([.. places.Index().Where(place => mask[place.Item] != 0).Select(place => start + place.Index)]);
            start += places.Length;
        }

        if (groups.FindIndex(group => group.Length == 0) is >= 0 and var empty) throw new FathomException($"{file.Location}: row {empty} of 'ranker.pool_mask' has no token to pool");
        var scores = Score(tape, tape.MeanRows(states, groups), file);
        if (_negativeTargets!.Rows != groups.Count) throw new FathomException($"{file.Location}: 'ranker.targets' must have one number a row");
        var difference = tape.Add(scores, _negativeTargets);
        return tape.Mean(tape.Multiply(difference, difference));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _negativeTargets?.Dispose();
        foreach (var variable in _parameters.Values) variable.Dispose();
    }

    private Variable Score(Tape tape, Variable pooled, GoldenFile file)
    {
        if (_parameters.ContainsKey("head.weight")) return Linear(pooled, "head");
        return tape.Activate(Linear(Residual(Residual(pooled, "L1"), "L2"), "L3"), Activation.Sigmoid);

        Variable Linear(Variable x, string layer)
        {
            var (weight, bias) = (Parameter(layer + ".weight"), Parameter(layer + ".bias"));
            var outputs = layer is "head" or "L3" ? 1 : x.Width;
            if (!weight.Shape.SequenceEqual([outputs, x.Width]) || !bias.Shape.SequenceEqual([outputs])) throw new FathomException($"{file.Location}: 'ranker.{layer}.weight' and its bias must have the shapes [{outputs}, {x.Width}] and [{outputs}]");
            return tape.Linear(x, weight, bias);
        }

        Variable Parameter(string name) => _parameters.GetValueOrDefault(name) ?? throw new FathomException($"{file.Location}: has no tensor 'ranker.{name}', which the ranking head needs");
        Variable Residual(Variable x, string layer) => tape.Add(tape.Activate(Linear(x, layer), Activation.Elu), x);
    }
}
