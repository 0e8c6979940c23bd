namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Equality of keys: identity, or Python's <c>==</c>.</summary>
internal sealed class KeyComparer : IEqualityComparer<Value>
{
    public static KeyComparer Instance { get; } = new();

    public bool Equals(Value? x, Value? y) => x is null || y is null ? ReferenceEquals(x, y) : Comparing.AreSame(x, y);

    public int GetHashCode(Value obj) => obj.HashKey();
}
