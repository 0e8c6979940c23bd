namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A value as a template sees it: what Python's object would do.</summary>
internal abstract class Value
{
    /// <summary><c>type(x).__name__</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>How the value is called where one of its attributes is missing.</summary>
    public virtual string ObjectName => TypeName + " object";

    public virtual bool IsTrue => LengthOrNull != 0;

    /// <summary><c>len(x)</c>, or null where there is none.</summary>
    public virtual int? LengthOrNull => null;

    public virtual bool IsIterable => false;

    public virtual bool IsCallable => false;

    /// <summary>The elements; throws TypeError where the value has none.</summary>
    public virtual IEnumerable<Value> Iterate() => throw Errors.Type($"'{TypeName}' object is not iterable");

    /// <summary><c>str(x)</c>.</summary>
    public virtual string ToText() => Repr();

    public abstract void WriteRepr(ReprWriter writer);

    /// <summary><c>repr(x)</c>.</summary>
    public string Repr()
    {
        var writer = new ReprWriter();
        WriteRepr(writer);
        return writer.ToString();
    }

    /// <summary><c>getattr(x, name)</c>, or null where Python raises AttributeError.</summary>
    public virtual Value? FindAttribute(string name) => null;

    /// <summary><c>x[key]</c>, or null where Python raises TypeError or LookupError.</summary>
    public virtual Value? FindItem(Value key) => null;

    /// <summary>Whether the sandbox refuses the attribute because it would change the value.</summary>
    public virtual bool IsMutator(string name) => false;

    public virtual Value Call(RenderState state, Arguments arguments) => throw Errors.Type($"'{TypeName}' object is not callable");

    /// <summary>Hash for use as a key; equal values have equal hashes. Throws TypeError for what Python cannot hash.</summary>
    public virtual int HashKey() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>Equality of two values of which neither is a number; by default identity.</summary>
    public virtual bool IsEqual(Value other) => ReferenceEquals(this, other);
}
