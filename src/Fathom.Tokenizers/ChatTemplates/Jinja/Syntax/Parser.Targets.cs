namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed partial class Parser
{
    private NameExpression ParseNameTarget()
    {
        var token = _stream.Expect(TokenKind.Name);
        var name = new NameExpression(token.Text) { Line = token.Line };
        if (!name.CanAssign) throw Errors.Syntax("can't assign to 'name'", token.Line);
        return name;
    }

    private Expression ParseAssignTarget(bool withNamespace = false)
    {
        var target = ParseTuple(withCondition: true, simplified: true, withNamespace: withNamespace);
        CheckAssignable(target);
        return target;
    }

    private static void CheckAssignable(Expression target)
    {
        if (!target.CanAssign) throw Errors.Syntax($"can't assign to {PythonText.Repr(target.KindName)}", target.Line);
    }
}
