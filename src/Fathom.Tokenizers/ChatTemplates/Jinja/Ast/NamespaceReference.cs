namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>ns.name</c> on the left side of <c>set</c>.</summary>
internal sealed class NamespaceReference(string name, string attribute) : Expression
{
    public override string KindName => "nsref";

    public override bool CanAssign => true;

    public override Value Evaluate(RenderState state, Frame frame) => throw Errors.Runtime("a namespace reference has no value");

    public override void CheckTarget(RenderState state, Frame frame) => Find(state, frame);

    public override void Assign(RenderState state, Frame frame, Value value) => Find(state, frame).Set(attribute, value);

    private NamespaceValue Find(RenderState state, Frame frame) =>
        (frame.Find(name) ?? state.FindGlobal(name)) as NamespaceValue ?? throw Errors.Runtime("cannot assign attribute on non-namespace object");
}
