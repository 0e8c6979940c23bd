namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A node with a value.</summary>
internal abstract class Expression : Node
{
    public abstract Value Evaluate(RenderState state, Frame frame);

    /// <summary>The node's name in jinja2, in lower case, for messages.</summary>
    public abstract string KindName { get; }

    public virtual bool CanAssign => false;

    public virtual void Assign(RenderState state, Frame frame, Value value) => throw Errors.Runtime($"can't assign to '{KindName}'");

    /// <summary>Raised before the right side is evaluated, as the reference does for attributes of what is no namespace.</summary>
    public virtual void CheckTarget(RenderState state, Frame frame)
    {
    }

    protected static void CheckAll(ReadOnlySpan<Expression> nodes, CheckContext context)
    {
        foreach (var node in nodes) node.Check(context);
    }
}
