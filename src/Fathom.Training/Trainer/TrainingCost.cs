using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>What a step costs in floating-point operations: two for each multiply-add of the matrix products and of attention's lower triangle.</summary>
internal static class TrainingCost
{
    /// <summary>Operations of a pass forward and back over sequences of these lengths.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="rows">Rows that go through the matrices.</param>
    /// <param name="segments">The sequences.</param>
    /// <param name="targets">Rows that reach the head, whose logits are made twice.</param>
    /// <param name="frozen">Whether weights are frozen, so that their gradients cost nothing.</param>
    public static double Of(DecoderConfig config, int rows, IEnumerable<RowSegment> segments, int targets, bool frozen)
    {
        var matrices = ParameterShapes.Of(config)
            .Where(pair => pair.Value.Length == 2 && pair.Key.StartsWith(config.Names.Layer, StringComparison.Ordinal))
            .Sum(pair => (double)pair.Value[0] * pair.Value[1] * Share(config, pair.Key));
        var head = (double)config.Vocabulary * config.FinalWidth;
        var squares = segments.Sum(segment => (double)segment.Length * segment.Length);
        var passes = frozen ? 2 : 3;
        return 2 * passes * matrices * rows + 2 * (passes + 1) * head * targets + 6 * squares * config.Heads * config.HeadDim * config.Layers;
    }

    // Of a mixture's experts a row goes through a few.
    private static double Share(DecoderConfig config, string name) =>
        config.Mixture is { } mixture && GgufTensorNames.PartOf(config.Names, name) is not null ? (double)mixture.PerToken / mixture.Experts : 1;
}
