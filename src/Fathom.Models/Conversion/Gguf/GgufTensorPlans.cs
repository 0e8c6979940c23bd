using System.Collections.Immutable;
using System.Globalization;
using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>
/// Which GGUF tensors a model has and how they are made of its Hugging Face tensors: one description for both directions, made from the
/// model's configuration as its Hugging Face files say it.
/// </summary>
internal sealed class GgufTensorPlans
{
    // A factor that is this near to 1 is rounding.
    private const double Tolerance = 1e-6;

    private readonly GgufFamily _family;
    private readonly DecoderConfig _config;
    private readonly TensorNames _names;
    private readonly float[] _scales;
    private readonly OrderedDictionary<string, List<(GgufPiece Piece, ImmutableArray<long> Shape, bool Part)>> _all = new(StringComparer.Ordinal);

    private GgufTensorPlans(GgufFamily family, DecoderConfig config)
    {
        (_family, _config, _names) = (family, config, config.Names);
        var plan = new DecoderPlan(config);
        _scales = [.. Enumerable.Range(0, config.Layers).Select(layer => plan.Layer(layer).Attention.Scale / family.ScoreScale(config)).Select(ratio => Math.Abs(ratio - 1) < Tolerance ? 1f : (float)ratio)];
    }

    /// <summary>The factors that go into the queries of each layer since llama.cpp has no key for them; 1 for most models.</summary>
    public IReadOnlyList<float> FoldedScales => _scales;

    /// <summary>Every tensor, rotary divisors apart.</summary>
    /// <param name="family">The family.</param>
    /// <param name="config">The configuration as the Hugging Face files say it.</param>
    /// <param name="ownHead">Whether a tied model's head is written all the same.</param>
    /// <param name="folds">Whether factors without a key go into the queries.</param>
    /// <param name="plans">What decided.</param>
    public static List<GgufTensorPlan> Of(GgufFamily family, DecoderConfig config, bool ownHead, bool folds, out GgufTensorPlans plans)
    {
        plans = new GgufTensorPlans(family, config);
        if (!folds) Array.Fill(plans._scales, 1f);
        var transposed = ParameterShapes.Transposed(config);
        foreach (var (name, shape) in ParameterShapes.Of(config)) plans.Add(name, shape, transposed.Contains(name));
        if (ownHead && config.TiedHead) plans._all.Add("output.weight", [(new GgufPiece(new DecoderPlan(config).Embedding, config.Vocabulary), [config.Vocabulary, config.FinalWidth], false)]);
        return [.. plans._all.Select(pair => new GgufTensorPlan(pair.Key, pair.Value[0].Part ? [pair.Value.Count, .. pair.Value[0].Shape] : pair.Value[0].Shape, [.. pair.Value.Select(part => part.Piece)]))];
    }

    private void Add(string name, int[] stored, bool turned)
    {
        int[] shape = turned ? [stored[1], stored[0]] : stored;
        var (layer, module) = Place(name);
        var piece = new GgufPiece(name, shape[0]) { Turned = turned, AddsOne = _config.NormAddsOne && shape.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal) };
        if (layer >= 0)
        {
            if (_family.SplitsGateUp && module == _names.GateUp)
            {
                var half = shape[0] / 2;
                Put($"blk.{layer}.ffn_gate.weight", new GgufPiece(name, half) { Rows = FusedRows.Range(0, half) }, [half, shape[1]], false);
                Put($"blk.{layer}.ffn_up.weight", new GgufPiece(name, half) { Rows = FusedRows.Range(half, half) }, [half, shape[1]], false);
                return;
            }

            piece = Arranged(piece, layer, module);
        }

        Put(GgufTensorNames.Of(_names, name), piece, [.. shape.Select(size => (long)size)], GgufTensorNames.PartOf(_names, name) is not null);
    }

    private GgufPiece Arranged(GgufPiece piece, int layer, string module)
    {
        var sizes = _config.SizesOf(layer);
        var queries = sizes.Heads * _config.HeadDim;
        var scale = _scales[layer];
        var byNorm = _config.QueryKeyNorm != QueryKeyNorm.None;
        if (module == _names.QueryKeyValue)
        {
            if (_config.Fused == FusedLayout.Grouped) piece = piece with { Rows = FusedRows.Of(FusedLayout.Grouped, sizes.Heads, sizes.KeyValueHeads, _config.HeadDim, 0, sizes.Heads + 2 * sizes.KeyValueHeads) };
            return byNorm ? piece : piece with { Scale = scale, ScaledRows = queries };
        }

        if (module == _names.Query && _family.Rules.Woven) piece = piece with { Rows = Interleaved(sizes.Heads) };
        if (module == _names.Key && _family.Rules.Woven) piece = piece with { Rows = Interleaved(sizes.KeyValueHeads) };
        var scaled = byNorm ? module == _names.QueryNorm || module.StartsWith(_names.QueryNorm + ".", StringComparison.Ordinal) : module == _names.Query;
        return scaled ? piece with { Scale = scale, ScaledRows = piece.RowCount } : piece;
    }

    private int[] Interleaved(int heads)
    {
        var order = WeightBinder.InterleavedRows(heads, _config.HeadDim);
        var inverse = new int[order.Length];
        for (var row = 0; row < order.Length; row++) inverse[order[row]] = row;
        return inverse;
    }

    // The layer (or -1) and the module within it.
    private (int Layer, string Module) Place(string name)
    {
        var module = name[..name.LastIndexOf('.')];
        if (!module.StartsWith(_names.Layer, StringComparison.Ordinal)) return (-1, module);
        var rest = module[_names.Layer.Length..];
        var end = rest.IndexOf('.', StringComparison.Ordinal);
        return (int.Parse(rest[..end], CultureInfo.InvariantCulture), rest[(end + 1)..]);
    }

    private void Put(string name, GgufPiece piece, ImmutableArray<long> shape, bool part)
    {
        if (!_all.TryGetValue(name, out var pieces)) _all.Add(name, pieces = []);
        pieces.Add((piece, shape, part));
    }
}
