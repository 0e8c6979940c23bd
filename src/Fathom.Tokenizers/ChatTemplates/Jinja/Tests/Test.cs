namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A test: the value is the first argument.</summary>
internal sealed record Test(Signature Signature, Func<Value?[], bool> Body)
{
    public bool Holds(RenderState state, Arguments arguments)
    {
        state.Step();
        return Body(Signature.Bind(arguments));
    }
}
