using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// The blocks of a decoder on a tape, as its plan says: the same data that inference puts its blocks together from. One for each pass.
/// </summary>
internal sealed class TrainingPass
{
    private readonly TrainableModel _model;
    private readonly DecoderConfig _config;
    private readonly TokenBatch _batch;
    private readonly Dictionary<RopeConfig, (Variable Cos, Variable Sin)> _angles = [];
    private readonly Dictionary<float, Variable> _biases = [];
    private int[]? _sideBySide, _places;

    /// <summary>Prepares angles and biases on the pass's own tape, so that checkpointed blocks find them.</summary>
    public TrainingPass(TrainableModel model, Tape tape, TokenBatch batch)
    {
        (_model, _config, _batch) = (model, model.Config, batch);
        foreach (var layer in model.Layers)
        {
            if (layer.Attention.Rope is { } rope && !_angles.ContainsKey(rope)) _angles.Add(rope, Angles(tape, model.Table(rope)));
            if (layer.Attention.Alibi && !_biases.ContainsKey(layer.Attention.Scale)) _biases.Add(layer.Attention.Scale, Bias(tape, layer.Attention));
        }
    }

    /// <summary>What enters the first block, <c>[rows, width]</c>.</summary>
    public Variable Embed(Tape tape)
    {
        var plan = _model.Plan;
        var x = tape.Embed(_model.Effective(plan.Embedding), _batch.Ids);
        if (plan.ProjectIn is { } projection) x = _model.Linear(tape, x, projection);
        if (_config.EmbeddingScale != 1) x = tape.Scale(x, _config.EmbeddingScale);
        if (plan.Positions is not { } positions) return x;
        var rows = new int[_batch.Ids.Length];
        foreach (var (row, position) in Positions()) rows[row] = position + _config.PositionOffset;
        return tape.Add(x, tape.Embed(_model.Effective(positions), rows));
    }

    /// <summary>What leaves a block that <paramref name="x"/> enters.</summary>
    public Variable Block(Tape tape, Variable x, LayerPlan layer)
    {
        if (layer.Parallel) return Parallel(tape, x, layer);
        x = Sum(tape, x, read => Attention(tape, read, layer.Attention), layer.AttentionNorm, layer.AttentionOutputNorm, layer);
        return Sum(tape, x, read => FeedForward(tape, read, layer), layer.FeedForwardNorm, layer.FeedForwardOutputNorm, layer);
    }

    /// <summary>What the head reads, from what leaves the last block.</summary>
    public Variable Finish(Tape tape, Variable x)
    {
        x = Norm(tape, x, _model.Plan.FinalNorm);
        return _model.Plan.ProjectOut is { } projection ? _model.Linear(tape, x, projection) : x;
    }

    private Variable Sum(Tape tape, Variable x, Func<Variable, Variable> part, NormPlan? norm, NormPlan? outputNorm, LayerPlan layer)
    {
        var change = Norm(tape, part(layer.NormsBehindSums ? x : Norm(tape, x, norm)), outputNorm);
        var sum = tape.Add(x, Scaled(tape, change, layer));
        return layer.NormsBehindSums ? Norm(tape, sum, norm) : sum;
    }

    private Variable Parallel(Tape tape, Variable x, LayerPlan layer)
    {
        var read = Norm(tape, x, layer.AttentionNorm);
        var attention = Norm(tape, Attention(tape, read, layer.Attention), layer.AttentionOutputNorm);
        var feedForward = Norm(tape, FeedForward(tape, layer.FeedForwardNorm is null ? read : Norm(tape, x, layer.FeedForwardNorm), layer), layer.FeedForwardOutputNorm);
        return tape.Add(tape.Add(x, Scaled(tape, attention, layer)), Scaled(tape, feedForward, layer));
    }

    private static Variable Scaled(Tape tape, Variable change, LayerPlan layer) => layer.ResidualScale == 1 ? change : tape.Scale(change, layer.ResidualScale);

    private Variable Norm(Tape tape, Variable x, NormPlan? norm)
    {
        if (norm is null) return x;
        var bias = norm.Bias ? _model.Effective(norm.Name + ".bias") : null;
        if (norm.OwnHeads == 0) return Norm(tape, x, norm, _model.Effective(norm.Name + ".weight"), bias);
        var together = norm.Together ? _model.Effective(norm.Name + ".weight") : null;
        if (together is not null && norm.Order is { } order) together = tape.Columns(together, order);
        var heads = Enumerable.Range(0, norm.OwnHeads).Select(head => Norm(
            tape, tape.Columns(x, [.. Enumerable.Range(head * norm.Width, norm.Width)]), norm,
            together is null ? _model.Effective($"{norm.Name}.{head}.weight") : tape.Gather(together, [head]), null));
        return tape.Join([.. heads]);
    }

    private static Variable Norm(Tape tape, Variable x, NormPlan norm, Variable weight, Variable? bias)
    {
        if (norm.AddsOne) weight = tape.Plus(weight, 1);
        return norm.Kind == NormKind.Rms ? tape.RmsNorm(x, weight, norm.Epsilon) : tape.LayerNorm(x, weight, bias, norm.Epsilon);
    }

    private Variable Attention(Tape tape, Variable x, AttentionPlan plan)
    {
        var made = new Dictionary<string, Variable>(StringComparer.Ordinal);
        var q = Norm(tape, Part(tape, x, plan.Query, made), plan.QueryNorm);
        var k = Norm(tape, Part(tape, x, plan.Key, made), plan.KeyNorm);
        var v = Part(tape, x, plan.Value, made);
        if (plan.Rope is { } rope)
        {
            var (cos, sin) = _angles[rope];
            (q, k) = (tape.Rotate(q, plan.HeadDim, cos, sin), tape.Rotate(k, plan.HeadDim, cos, sin));
        }

        var layout = new AttentionLayout(plan.Heads, plan.KeyValueHeads, plan.HeadDim, plan.Window, plan.Scale, plan.SoftCap);
        return _model.Linear(tape, Attend(tape, q, k, v, layout, plan.Alibi ? _biases[plan.Scale] : null), plan.Output);
    }

    // Attention goes through every sequence whole; only what is linear in the rows is done once for those that are shared.
    private Variable Attend(Tape tape, Variable q, Variable k, Variable v, AttentionLayout layout, Variable? bias)
    {
        if (_batch.Shared == 0) return tape.Attention(q, k, v, _batch.Segments, layout, bias);
        var rows = _sideBySide ??= _batch.SideBySide();
        return tape.Gather(tape.Attention(tape.Gather(q, rows), tape.Gather(k, rows), tape.Gather(v, rows), _batch.Segments, layout, bias), _places ??= _batch.Places());
    }

    private Variable FeedForward(Tape tape, Variable x, LayerPlan layer) =>
        layer.Mixture is { } mixture ? Mixture(tape, x, mixture) : FeedForward(tape, x, layer.FeedForward!);

    private Variable FeedForward(Tape tape, Variable x, FeedForwardPlan plan)
    {
        var made = new Dictionary<string, Variable>(StringComparer.Ordinal);
        if (plan.Gate is null) return _model.Linear(tape, tape.Activate(Part(tape, x, plan.Up, made), plan.Activation), plan.Down);
        var (gate, up) = (Part(tape, x, plan.Gate, made), Part(tape, x, plan.Up, made));
        var inner = plan.Activation == Activation.Silu ? tape.SiluMultiply(gate, up) : tape.Multiply(tape.Activate(gate, plan.Activation), up);
        return _model.Linear(tape, inner, plan.Down);
    }

    private Variable Mixture(Tape tape, Variable x, MixturePlan plan)
    {
        var experts = plan.Experts.Count;
        var shares = tape.ExpertShares(_model.Linear(tape, x, plan.Router), plan.PerToken, plan.Normalised);
        Variable? sum = null;
        for (var expert = 0; expert < experts; expert++)
        {
            int[] rows = [.. Enumerable.Range(0, x.Rows).Where(row => shares.Values[row * experts + expert] != 0)];
            if (rows.Length == 0) continue;
            var made = FeedForward(tape, tape.Gather(x, rows), plan.Experts[expert]);
            var part = tape.Scatter(tape.ScaleRows(made, tape.Pick(shares, [.. rows.Select(row => row * experts + expert)])), rows, x.Rows);
            sum = sum is null ? part : tape.Add(sum, part);
        }

        return sum!;
    }

    // Projections that lie in one tensor are computed once, with whatever an adapter adds to it.
    private Variable Part(Tape tape, Variable x, LinearPlan linear, Dictionary<string, Variable> made)
    {
        if (!made.TryGetValue(linear.Name, out var all)) made.Add(linear.Name, all = _model.Linear(tape, x, linear));
        return linear.Rows is null ? all : tape.Columns(all, linear.Rows);
    }

    private IEnumerable<(int Row, int Position)> Positions()
    {
        for (var s = 0; s < _batch.Segments.Length; s++)
        {
            for (var t = s == 0 ? 0 : _batch.Shared; t < _batch.Segments[s].Length; t++) yield return (_batch.RowOf(s, t), t);
        }
    }

    private unsafe (Variable Cos, Variable Sin) Angles(Tape tape, RopeTable rope)
    {
        var (cos, sin) = (tape.New(false, _batch.Ids.Length, rope.Half), tape.New(false, _batch.Ids.Length, rope.Half));
        fixed (float* toCos = cos.Values, toSin = sin.Values)
        {
            for (var s = 0; s < _batch.Segments.Length; s++)
            {
                var length = _batch.Segments[s].Length;
                for (var t = s == 0 ? 0 : _batch.Shared; t < length; t++)
                {
                    var at = _batch.RowOf(s, t) * rope.Half;
                    rope.Write(t, _batch.RopeLength ?? length, toCos + at, toSin + at);
                }
            }
        }

        return (cos, sin);
    }

    private Variable Bias(Tape tape, AttentionPlan plan)
    {
        // Attention reads whole blocks of keys.
        const int Beyond = 64;
        using var table = new AlibiTable(null!, plan.Heads, plan.Scale);
        var bias = tape.New(false, plan.Heads, _batch.Segments.Max(segment => segment.Length) + Beyond);
        for (var head = 0; head < plan.Heads; head++) table.Fill(head, bias.Values.Slice(head * bias.Width, bias.Width));
        return bias;
    }
}
