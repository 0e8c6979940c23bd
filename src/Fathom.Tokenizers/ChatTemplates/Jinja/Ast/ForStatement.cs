namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class ForStatement(Expression target, Expression items, Expression? test, bool recursive, bool usesLoop, Statement[] body, Statement[] otherwise) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        Run(state, frame, items.Evaluate(state, frame), depth: 0);
        return Flow.Next;
    }

    /// <summary>Runs the loop, writing to the frame's output; a recursive loop calls it again with a deeper <paramref name="depth"/>.</summary>
    private void Run(RenderState state, Frame frame, Value values, int depth)
    {
        var length = test is null ? values.LengthOrNull : null;
        var source = values.Iterate();
        if (test is not null) source = Filter(state, frame, source);
        var entered = false;
        if (usesLoop)
        {
            using var loop = new LoopValue(source, length, depth, recursive ? (inner, next) => Recurse(state, frame, inner, next) : null);
            while (loop.MoveNext())
            {
                if (!RunBody(state, frame, loop.Current, loop, ref entered)) break;
                state.At(Line, Start);
            }
        }
        else
        {
            foreach (var item in source)
            {
                if (!RunBody(state, frame, item, null, ref entered)) break;
                state.At(Line, Start);
            }
        }

        if (!entered && otherwise.Length > 0) ExecuteAll(otherwise, state, new Frame(frame, frame.Output));
    }

    private bool RunBody(RenderState state, Frame frame, Value item, LoopValue? loop, ref bool entered)
    {
        state.Step();
        var inner = new Frame(frame, frame.Output);
        if (loop is not null) inner.Set("loop", loop);
        target.Assign(state, inner, item);
        var flow = ExecuteAll(body, state, inner);
        // A body left by break or continue does not count as entered for "else": the reference sets its mark at the body's end.
        if (flow == Flow.Next) entered = true;
        return flow != Flow.Break;
    }

    private IEnumerable<Value> Filter(RenderState state, Frame frame, IEnumerable<Value> source)
    {
        foreach (var item in source)
        {
            state.Step();
            var inner = new Frame(frame, frame.Output);
            target.Assign(state, inner, item);
            state.At(test!.Line, Start);
            var holds = test.Evaluate(state, inner).IsTrue;
            state.At(Line, Start);
            if (holds) yield return item;
        }
    }

    private StringValue Recurse(RenderState state, Frame frame, Value values, int depth)
    {
        using var call = state.EnterCall();
        var output = new OutputBuffer();
        Run(state, new Frame(frame, output), values, depth);
        return new StringValue(output.ToString(), state.Autoescape);
    }

    protected override void CheckNode(CheckContext context)
    {
        if (target is NameExpression { Name: "loop" }) throw Errors.Assertion("Can't assign to special loop variable in for-loop target", Line);
        var inner = context.Inner();
        items.Check(context);
        test?.Check(inner);
        CheckAll(body, inner with { InLoop = true });
        CheckAll(otherwise, recursive ? inner with { InLoop = false } : inner);
    }
}
