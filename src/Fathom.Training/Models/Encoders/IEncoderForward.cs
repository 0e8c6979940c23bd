using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>An encoder family's pass on a tape.</summary>
internal interface IEncoderForward
{
    /// <summary>What leaves the encoder, <c>[rows, width]</c>.</summary>
    Variable States(EncoderGraph graph, EncoderBatch batch);

    /// <summary>Logits of the classes, <c>[sequences, labels]</c>, from those states.</summary>
    Variable Logits(EncoderGraph graph, EncoderBatch batch, Variable states);

    /// <summary>Parameters of the head that tells classes apart, names and shapes, what is nearest to the encoder first.</summary>
    /// <param name="labels">How many classes.</param>
    /// <exception cref="FathomException">The family has no such head.</exception>
    IReadOnlyList<(string Name, int[] Shape)> Head(int labels);
}
