using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>What is taught: a batch becomes a loss. Schedules, accumulation and steps are not its business.</summary>
/// <typeparam name="TBatch">What it learns from.</typeparam>
public interface IObjective<TBatch>
{
    /// <summary>How much there is to average over, so that parts of a batch can be weighed: the number of targets.</summary>
    int Count(TBatch batch);

    /// <summary>The sum over the batch's targets divided by <paramref name="total"/>, which counts every part of the step's batch.</summary>
    /// <exception cref="FathomException">There is nothing to learn from.</exception>
    Variable Loss(Tape tape, ITrainable model, TBatch batch, int total);
}
