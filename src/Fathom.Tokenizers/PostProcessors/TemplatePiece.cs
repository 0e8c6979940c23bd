namespace Fathom.Tokenizers.PostProcessors;

/// <summary>One place of a template: a text (<see cref="Sequence"/> 0 or 1) or special tokens (<see cref="Sequence"/> -1).</summary>
internal sealed record TemplatePiece(int Sequence, int Type, int[] Ids, string[] Tokens)
{
    /// <summary>A place for a text.</summary>
    public static TemplatePiece Text(int sequence, int type) => new(sequence, type, [], []);

    /// <summary>A place for special tokens.</summary>
    public static TemplatePiece Special(int type, int[] ids, string[] tokens) => new(-1, type, ids, tokens);
}
