namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Text between tags.</summary>
internal sealed class TextStatement(string text) : Statement
{
    public string Text => text;

    public override Flow Execute(RenderState state, Frame frame)
    {
        frame.Output.Append(text);
        return Flow.Next;
    }
}
