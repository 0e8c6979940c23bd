namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A method together with the value it belongs to.</summary>
internal sealed class BoundMethod(Value self, Method method) : Value
{
    public override string TypeName => "builtin_function_or_method";

    public override bool IsCallable => true;

    public override Value Call(RenderState state, Arguments arguments) => method.Body(self, method.Signature.Bind(arguments));

    public override Value? FindAttribute(string name) => Access.ObjectAttribute(name);

    public override void WriteRepr(ReprWriter writer) => writer.Write($"<built-in method {method.Name} of {self.TypeName} object at {Access.Address}>");
}
