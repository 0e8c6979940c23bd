namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The methods of dictionaries; those that would change one exist only to be refused.</summary>
internal static class DictMethods
{
    private static readonly Method Get = Method.Of("dict.get", "key default?", static (self, a) => Lookup((DictValue)self, a[0]!) ?? a[1] ?? NoneValue.Instance);
    private static readonly Method Keys = Method.Of("dict.keys", "", static (self, _) => new DictView((DictValue)self, DictViewKind.Keys));
    private static readonly Method Values = Method.Of("dict.values", "", static (self, _) => new DictView((DictValue)self, DictViewKind.Values));
    private static readonly Method Items = Method.Of("dict.items", "", static (self, _) => new DictView((DictValue)self, DictViewKind.Items));
    private static readonly Method Copy = Method.Of("dict.copy", "", static (self, _) => self);
    private static readonly Method Refused = Method.Of("dict.refused", "*args **kwargs", static (_, _) => NoneValue.Instance);

    /// <summary><c>dict.fromkeys</c>, which needs no dictionary.</summary>
    public static Method FromKeys { get; } = Method.Of("dict.fromkeys", "iterable value?", static (_, a) =>
    {
        var result = new DictBuilder();
        foreach (var key in a[0]!.Iterate()) result.Set(key, a[1] ?? NoneValue.Instance);
        return result.Build();
    });

    public static Value? Find(DictValue self, string name)
    {
        var method = name switch
        {
            "get" => Get,
            "keys" => Keys,
            "values" => Values,
            "items" => Items,
            "copy" => Copy,
            "fromkeys" => FromKeys,
            _ => self.IsMutator(name) ? Refused : null,
        };
        return method is null ? null : new BoundMethod(self, method);
    }

    private static Value? Lookup(DictValue self, Value key) => self.Items.TryGetValue(key, out var value) ? value : null;
}
