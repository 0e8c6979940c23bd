namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class FilterExpression(Expression? target, string name, ArgumentList arguments) : Expression
{
    private readonly Filter? _filter = FilterTable.Find(name);

    public override string KindName => "filter";

    public override Value Evaluate(RenderState state, Frame frame) => Evaluate(state, frame, null);

    /// <summary>Applies the filter, in a set or filter block to the block's text.</summary>
    public Value Evaluate(RenderState state, Frame frame, Value? block)
    {
        state.Step();
        var value = target switch
        {
            null => block!,
            FilterExpression inner => inner.Evaluate(state, frame, block),
            _ => target.Evaluate(state, frame),
        };
        var given = arguments.Evaluate(state, frame, value);
        return (_filter ?? throw Errors.Runtime($"No filter named {PythonText.Repr(name)} found.")).Apply(state, given);
    }

    protected override void CheckNode(CheckContext context)
    {
        if (_filter is null && !context.Conditional) throw Errors.Assertion($"No filter named {PythonText.Repr(name)}.", Line);
        target?.Check(context);
        arguments.Check(context, Line);
    }
}
