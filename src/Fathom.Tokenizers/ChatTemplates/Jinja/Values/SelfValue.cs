namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>self</c>: the template's blocks.</summary>
internal sealed class SelfValue(RenderState state) : Value
{
    private static readonly Signature NoArguments = new("__call__", "!self");

    public override string TypeName => "TemplateReference";

    public override string ObjectName => "jinja2.runtime.TemplateReference object";

    public override Value? FindAttribute(string name) => Access.ObjectAttribute(name);

    public override Value? FindItem(Value key)
    {
        if (key is not StringValue name || !state.Tree.Blocks.TryGetValue(name.Text, out var block)) return null;
        return new FunctionValue(NoArguments, (s, _) =>
        {
            var output = new OutputBuffer();
            block.RenderTo(s, output);
            return new StringValue(output.ToString(), s.Autoescape);
        });
    }

    public override void WriteRepr(ReprWriter writer) => writer.Write("<TemplateReference None>");
}
