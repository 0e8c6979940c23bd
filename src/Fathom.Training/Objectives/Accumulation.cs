using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Gradients of a batch in parts: the sum equals the whole batch's, since every part is weighed by the whole count.</summary>
public static class Accumulation
{
    /// <summary>Adds the gradients of all parts to the parameters; returns the loss of the whole.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">What is taught.</param>
    /// <param name="parts">The batch, in parts that fit in memory one at a time.</param>
    /// <param name="seed">Seed of dropout.</param>
    /// <param name="firstPart">Number of parts in earlier steps.</param>
    /// <exception cref="FathomException">No part has anything to learn from.</exception>
    public static double Run<TBatch>(ITrainable model, IObjective<TBatch> objective, IReadOnlyList<TBatch> parts, ulong seed = 0, uint firstPart = 0)
    {
        var total = parts.Sum(objective.Count);
        if (total == 0) throw new FathomException("no token of the batch is a target: its mask leaves nothing to learn from");
        var sum = 0.0;
        for (var i = 0; i < parts.Count; i++)
        {
            if (objective.Count(parts[i]) == 0) continue;
            using var tape = new Tape(model.Device, seed: seed, step: checked(firstPart + (uint)i));
            var loss = objective.Loss(tape, model, parts[i], total);
            sum += loss.Values[0];
            tape.Backward(loss);
        }

        return sum;
    }
}
