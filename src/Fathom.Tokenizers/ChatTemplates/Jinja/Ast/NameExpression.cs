namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class NameExpression(string name) : Expression
{
    public string Name => name;

    public override string KindName => "name";

    public override bool CanAssign => name is not ("true" or "false" or "none" or "True" or "False" or "None");

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return frame.Find(name) ?? state.FindGlobal(name) ?? UndefinedValue.Name(name);
    }

    public override void Assign(RenderState state, Frame frame, Value value) => frame.Set(name, value);
}
