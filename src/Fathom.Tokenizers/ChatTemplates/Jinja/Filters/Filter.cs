namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A filter: the value is the first argument; what was not given is null.</summary>
internal sealed record Filter(Signature Signature, Func<RenderState, Value?[], Value> Body)
{
    public Value Apply(RenderState state, Arguments arguments) => Body(state, Signature.Bind(arguments));
}
