namespace Fathom.Models.Running;

/// <summary>Sees hidden states while a pass makes them; they are gone afterwards.</summary>
internal unsafe interface IStateObserver
{
    /// <summary>
    /// The states of one entry, <c>[rows, width]</c> in the order of the pass's segments: entry 0 the embeddings, entry l what leaves
    /// block l, the last entry what leaves the final norm.
    /// </summary>
    void Observe(int entry, float* states);

    /// <summary>What leaves the last block before the final norm, <c>[rows, width]</c>.</summary>
    void ObserveLastResidual(float* states)
    {
    }
}
