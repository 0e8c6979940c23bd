namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A parsed template: its body and its named blocks.</summary>
internal sealed record SyntaxTree(Statement[] Body, IReadOnlyDictionary<string, BlockStatement> Blocks)
{
    /// <summary>Refuses what the reference refuses when it compiles: unknown filters and tests, loop controls outside loops, repeated keywords.</summary>
    public void Check() => Statement.CheckAll(Body, default);
}
