namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% generation %}…{% endgeneration %}</c>: what the assistant wrote. The span begins where the finished output ends, as transformers counts it.</summary>
internal sealed class GenerationStatement(Statement[] body) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        using var call = state.EnterCall();
        var inner = new Frame(frame, new OutputBuffer());
        ExecuteAll(body, state, inner);
        var text = inner.Output.ToString();
        state.AddGeneration(text);
        state.At(Line, Start);
        state.Print(frame, new StringValue(text, state.Autoescape));
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context) => CheckAll(body, CheckContext.Function);
}
