namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class IfStatement(IfBranch[] branches, Statement[] otherwise) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        foreach (var branch in branches)
        {
            state.At(branch.Line, branch.Start);
            if (branch.Test.Evaluate(state, frame).IsTrue) return ExecuteAll(branch.Body, state, frame);
        }

        return ExecuteAll(otherwise, state, frame);
    }

    protected override void CheckNode(CheckContext context)
    {
        context = context with { Conditional = true };
        foreach (var branch in branches)
        {
            branch.Test.Check(context);
            CheckAll(branch.Body, context);
        }

        CheckAll(otherwise, context);
    }
}
