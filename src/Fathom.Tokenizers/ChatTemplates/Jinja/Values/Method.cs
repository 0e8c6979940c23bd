namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A method of a built-in type.</summary>
internal sealed record Method(string Name, Signature Signature, Func<Value, Value?[], Value> Body)
{
    public static Method Of(string name, string parameters, Func<Value, Value?[], Value> body) => new(name, new Signature("@" + name, parameters), body);
}
