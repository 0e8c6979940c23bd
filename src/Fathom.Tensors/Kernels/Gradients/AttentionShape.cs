namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>Sizes of one sequence's attention: q, y [Tokens, Heads, HeadDim], k, v [Tokens, KeyValueHeads, HeadDim].</summary>
internal readonly record struct AttentionShape(int Tokens, int Heads, int KeyValueHeads, int HeadDim, int Window = 0)
{
    /// <summary>Where the query of a token and head begins.</summary>
    public int Query(int token, int head) => (token * Heads + head) * HeadDim;

    /// <summary>Where the key (or value) of a token begins that a query head reads.</summary>
    public int Key(int token, int head) => (token * KeyValueHeads + head / (Heads / KeyValueHeads)) * HeadDim;

    /// <summary>The first key a token sees.</summary>
    public int FirstKey(int token) => Window > 0 ? Math.Max(0, token - Window + 1) : 0;
}
