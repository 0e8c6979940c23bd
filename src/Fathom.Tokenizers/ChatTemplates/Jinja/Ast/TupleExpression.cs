namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class TupleExpression(Expression[] items) : Expression
{
    public override string KindName => "tuple";

    /// <summary>Whether a slice is among the items, as in <c>x[1:2, 3]</c>.</summary>
    public bool HasSlice => Array.Exists(items, static i => i is SliceExpression);

    public override bool CanAssign => Array.TrueForAll(items, static i => i.CanAssign);

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return new TupleValue(ListExpression.EvaluateAll(items, state, frame));
    }

    public override void CheckTarget(RenderState state, Frame frame)
    {
        foreach (var item in items) item.CheckTarget(state, frame);
    }

    /// <summary>Unpacks any iterable of exactly as many values.</summary>
    public override void Assign(RenderState state, Frame frame, Value value)
    {
        state.Step();
        if (!value.IsIterable) throw Errors.Type($"cannot unpack non-iterable {value.TypeName} object");
        var values = new List<Value>(items.Length);
        foreach (var item in value.Iterate())
        {
            if (values.Count == items.Length) throw Errors.Value($"too many values to unpack (expected {items.Length})");
            values.Add(item);
        }

        if (values.Count < items.Length) throw Errors.Value($"not enough values to unpack (expected {items.Length}, got {values.Count})");
        for (var i = 0; i < items.Length; i++) items[i].Assign(state, frame, values[i]);
    }

    protected override void CheckNode(CheckContext context) => CheckAll(items, context);
}
