namespace Fathom.Models.Architectures;

/// <summary>Names and shapes of a checkpoint's tensors, as its decoder's plan says.</summary>
internal static class ParameterShapes
{
    /// <summary>The head of a classifier.</summary>
    public const string ClassHead = "score.weight";

    /// <summary>
    /// The same for adapters: with the head, tied or not, since an adapter may keep its own copy of it, and every matrix
    /// <c>[outputs, inputs]</c> however it is stored.
    /// </summary>
    public static OrderedDictionary<string, int[]> WithHead(DecoderConfig config)
    {
        var shapes = Of(config);
        if (!config.IsClassifier) shapes.TryAdd(new DecoderPlan(config).Head, [config.Vocabulary, config.FinalWidth]);
        foreach (var name in Transposed(config)) shapes[name] = [shapes[name][1], shapes[name][0]];
        return shapes;
    }

    /// <summary>The matrices that are stored <c>[inputs, outputs]</c>.</summary>
    public static HashSet<string> Transposed(DecoderConfig config)
    {
        if (!config.TransposedWeights) return [];
        var plan = new DecoderPlan(config);
        return [.. Enumerable.Range(0, config.Layers).SelectMany(layer => plan.Layer(layer).Linears).Where(linear => linear.Transposed).Select(linear => linear.Name + ".weight")];
    }

    /// <summary>Every parameter, in the order of the pass; a tied head is not among them.</summary>
    public static OrderedDictionary<string, int[]> Of(DecoderConfig config)
    {
        var plan = new DecoderPlan(config);
        var shapes = Outside(config, plan, before: true);
        for (var layer = 0; layer < config.Layers; layer++) Add(shapes, plan.Layer(layer).Tensors);
        foreach (var (name, shape) in Outside(config, plan, before: false)) shapes.Add(name, shape);
        return shapes;
    }

    /// <summary>Number of weights, by one block where all are alike: a lying configuration cannot make this take long.</summary>
    /// <exception cref="OverflowException">They are more than can be counted.</exception>
    public static long Count(DecoderConfig config)
    {
        var plan = new DecoderPlan(config);
        var count = checked(Sum(Outside(config, plan, before: true)) + Sum(Outside(config, plan, before: false)));
        if (config.Layers == 0) return count;
        var alike = config.Sizes.Count == 0 && config.Mixture is not { DenseLayers.Count: > 0 };
        if (alike) return checked(count + config.Layers * OfLayer(plan, 0));
        for (var layer = 0; layer < config.Layers; layer++) count = checked(count + OfLayer(plan, layer));
        return count;
    }

    private static long OfLayer(DecoderPlan plan, int layer)
    {
        var shapes = new OrderedDictionary<string, int[]>(StringComparer.Ordinal);
        Add(shapes, plan.Layer(layer).Tensors);
        return Sum(shapes);
    }

    private static OrderedDictionary<string, int[]> Outside(DecoderConfig config, DecoderPlan plan, bool before)
    {
        var shapes = new OrderedDictionary<string, int[]>(StringComparer.Ordinal);
        if (before)
        {
            shapes.Add(plan.Embedding, [config.Vocabulary, config.FinalWidth]);
            if (plan.Positions is { } positions) shapes.Add(positions, [plan.PositionRows, config.Width]);
            Add(shapes, plan.ProjectIn?.Tensors ?? []);
            return shapes;
        }

        Add(shapes, plan.FinalNorm?.Tensors ?? []);
        Add(shapes, plan.ProjectOut?.Tensors ?? []);
        if (config.IsClassifier) shapes.Add(ClassHead, [config.Labels.Count, config.FinalWidth]);
        else if (!config.TiedHead) shapes.Add(plan.Head, [config.Vocabulary, config.FinalWidth]);
        return shapes;
    }

    // Projections that lie in one tensor name it several times.
    private static void Add(OrderedDictionary<string, int[]> shapes, IEnumerable<(string Name, int[] Shape)> tensors)
    {
        foreach (var (name, shape) in tensors) shapes.TryAdd(name, shape);
    }

    private static long Sum(OrderedDictionary<string, int[]> shapes) => shapes.Values.Sum(shape => shape.Aggregate(1L, (product, size) => checked(product * size)));
}
