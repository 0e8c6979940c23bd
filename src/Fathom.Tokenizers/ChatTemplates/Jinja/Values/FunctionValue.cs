namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A built-in function or class.</summary>
internal sealed class FunctionValue(Signature signature, Func<RenderState, Value?[], Value> body, bool isClass = false, Func<string, Value?>? attributes = null) : Value
{
    public override string TypeName => isClass ? "type" : "function";

    public override string ObjectName => isClass ? "type object" : "function object";

    public override bool IsCallable => true;

    public override Value Call(RenderState state, Arguments arguments) => body(state, signature.Bind(arguments));

    public override Value? FindAttribute(string name) => attributes?.Invoke(name) ?? Access.ObjectAttribute(name);

    public override void WriteRepr(ReprWriter writer) => writer.Write(isClass ? $"<class '{signature.Name}'>" : $"<function {signature.Name} at {Access.Address}>");
}
