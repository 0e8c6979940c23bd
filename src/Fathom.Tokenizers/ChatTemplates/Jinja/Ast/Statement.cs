namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A tag or a piece of text.</summary>
internal abstract class Statement : Node
{
    public abstract Flow Execute(RenderState state, Frame frame);

    public static Flow ExecuteAll(Statement[] body, RenderState state, Frame frame)
    {
        foreach (var statement in body)
        {
            state.Step();
            state.At(statement.Line, statement.Start);
            var flow = statement.Execute(state, frame);
            if (flow != Flow.Next) return flow;
        }

        return Flow.Next;
    }

    public static void CheckAll(Statement[] body, CheckContext context)
    {
        foreach (var statement in body) statement.Check(context);
    }
}
