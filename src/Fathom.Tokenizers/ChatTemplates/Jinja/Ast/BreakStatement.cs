namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class BreakStatement : Statement
{
    public override Flow Execute(RenderState state, Frame frame) => Flow.Break;

    public override void Check(CheckContext context)
    {
        if (!context.InLoop) throw new TemplateException("SyntaxError", "'break' outside loop", Line);
    }
}
