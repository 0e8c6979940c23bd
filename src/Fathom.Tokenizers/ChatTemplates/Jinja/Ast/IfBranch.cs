namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>An <c>if</c> or <c>elif</c> with its body.</summary>
internal sealed record IfBranch(Expression Test, Statement[] Body, int Line, int Start);
