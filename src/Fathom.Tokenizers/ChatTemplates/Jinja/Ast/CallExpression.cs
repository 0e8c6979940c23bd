namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class CallExpression(Expression target, ArgumentList arguments) : Expression
{
    public override string KindName => "call";

    public override Value Evaluate(RenderState state, Frame frame) => Evaluate(state, frame, caller: null);

    /// <summary>Calls, giving the body of a call block along as <c>caller</c>.</summary>
    public Value Evaluate(RenderState state, Frame frame, Value? caller)
    {
        state.Step();
        var callee = target.Evaluate(state, frame);
        var given = arguments.Evaluate(state, frame);
        if (caller is not null) given = given.With("caller", caller);
        return callee.Call(state, given);
    }

    protected override void CheckNode(CheckContext context)
    {
        target.Check(context);
        arguments.Check(context, Line);
    }
}
