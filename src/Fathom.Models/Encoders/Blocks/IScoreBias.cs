using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>Makes what a layer adds to its attention's scaled scores.</summary>
internal unsafe interface IScoreBias
{
    /// <summary>
    /// The bias of one sequence, in the pass's scratch memory. q and k are <c>[rows, heads, headDim]</c> of the whole pass with a stride;
    /// <paramref name="keys"/> is how many keys the sequence has.
    /// </summary>
    ScoreBias Of(EncoderPass pass, RowSpan span, int keys, float* q, float* k, int stride, float scale);
}
