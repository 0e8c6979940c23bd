using Fathom.Models.Blocks;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The shares of a mixture's experts.</summary>
internal static class ExpertOperation
{
    /// <summary>
    /// y [R, E] = softmax of each row of x [R, E], kept for the largest <paramref name="perToken"/>, zero for the others, and where asked
    /// made to sum to 1 (which is the softmax over those kept). Which experts are kept does not depend on x for the way back.
    /// </summary>
    public static Variable ExpertShares(this Tape tape, Variable x, int perToken, bool normalised)
    {
        var (rows, experts) = (x.Rows, x.Width);
        var y = tape.New(x.NeedsGradient, rows, experts);
        x.Values.CopyTo(y.Values);
        var choice = new ExpertChoice(perToken, normalised);
        for (var row = 0; row < rows; row++) choice.Shares(y.Values.Slice(row * experts, experts));
        return tape.Record(y, () =>
        {
            // Without normalisation the softmax is over all experts: those that were not kept take part in it.
            var whole = new ExpertChoice(experts, normalised: true);
            var softmax = new float[experts];
            for (var row = 0; row < rows; row++)
            {
                var (at, along) = (row * experts, 0.0);
                var shares = y.Values.Slice(at, experts);
                x.Values.Slice(at, experts).CopyTo(softmax);
                if (normalised) shares.CopyTo(softmax);
                else whole.Shares(softmax);
                for (var expert = 0; expert < experts; expert++) along += shares[expert] == 0 ? 0 : (double)softmax[expert] * y.Gradient[at + expert];
                for (var expert = 0; expert < experts; expert++)
                {
                    var own = shares[expert] == 0 ? 0 : y.Gradient[at + expert];
                    x.Gradient[at + expert] += (float)(softmax[expert] * (own - along));
                }
            }
        });
    }
}
