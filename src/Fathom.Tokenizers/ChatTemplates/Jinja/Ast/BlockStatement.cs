namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% block name %}</c>: rendered in place, and again by <c>self.name()</c>; it sees the template's own variables only.</summary>
internal sealed class BlockStatement(string name, Statement[] body, bool required) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        if (required) throw Errors.Runtime($"Required block {PythonText.Repr(name)} not found");
        RenderTo(state, frame.Output);
        return Flow.Next;
    }

    public void RenderTo(RenderState state, OutputBuffer output)
    {
        using var call = state.EnterCall();
        var frame = new Frame(state.RootFrame, output);
        frame.Set("super", new UndefinedValue($"there is no parent block called {PythonText.Repr(name)}."));
        ExecuteAll(body, state, frame);
    }

    protected override void CheckNode(CheckContext context) => CheckAll(body, CheckContext.Function);
}
