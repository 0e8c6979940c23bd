namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Bytes, as <c>encode</c> makes them.</summary>
internal sealed class BytesValue(byte[] bytes) : Value
{
    public byte[] Bytes => bytes;

    public override string TypeName => "bytes";

    public override int? LengthOrNull => bytes.Length;

    public override bool IsIterable => true;

    public override IEnumerable<Value> Iterate() => bytes.Select(static b => (Value)IntValue.Of(b));

    public override void WriteRepr(ReprWriter writer) => writer.Write(PythonText.Repr(bytes));

    public override int HashKey() => bytes.Length;

    public override bool IsEqual(Value other) => other is BytesValue b && b.Bytes.AsSpan().SequenceEqual(bytes);

    public override Value? FindItem(Value key)
    {
        if (!PythonNumbers.TryInteger(key, out var number)) return null;
        if (number < 0) number += bytes.Length;
        return number >= 0 && number < bytes.Length ? IntValue.Of(bytes[(int)number]) : null;
    }

    public override Value? FindAttribute(string name) => name == "decode" ? new BoundMethod(this, StringMethods.Decode) : Access.ContainerAttribute(name);
}
