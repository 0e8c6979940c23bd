namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class TestExpression(Expression target, string name, ArgumentList arguments) : Expression
{
    private readonly Test? _test = TestTable.Find(name);

    public override string KindName => "test";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var given = arguments.Evaluate(state, frame, target.Evaluate(state, frame));
        return BoolValue.Of((_test ?? throw Errors.Runtime($"No test named {PythonText.Repr(name)} found.")).Holds(state, given));
    }

    protected override void CheckNode(CheckContext context)
    {
        if (_test is null && !context.Conditional) throw Errors.Assertion($"No test named {PythonText.Repr(name)}.", Line);
        target.Check(context);
        arguments.Check(context, Line);
    }
}
