namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>include</c>, <c>import</c>, <c>from</c> and <c>extends</c>: a chat template stands alone.</summary>
internal sealed class LoaderStatement(Expression name) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        name.Evaluate(state, frame);
        throw Errors.Type("no loader for this environment specified");
    }

    protected override void CheckNode(CheckContext context) => name.Check(context);
}
