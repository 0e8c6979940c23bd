namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The methods of lists and tuples; those that would change a list exist only to be refused.</summary>
internal static class SequenceMethods
{
    private static readonly Method IndexMethod = Method.Of("list.index", "value start? stop?", static (self, a) => Index((SequenceValue)self, a));
    private static readonly Method CountMethod = Method.Of("list.count", "value", static (self, a) => IntValue.Of(((SequenceValue)self).Items.Count(item => Comparing.AreSame(item, a[0]!))));
    private static readonly Method CopyMethod = Method.Of("list.copy", "", static (self, _) => self);
    private static readonly Method Refused = Method.Of("list.refused", "*args **kwargs", static (_, _) => NoneValue.Instance);

    public static Value? Find(SequenceValue self, string name) => name switch
    {
        "index" => new BoundMethod(self, IndexMethod),
        "count" => new BoundMethod(self, CountMethod),
        "copy" when self is ListValue => new BoundMethod(self, CopyMethod),
        _ when self.IsMutator(name) => new BoundMethod(self, Refused),
        _ => null,
    };

    private static IntValue Index(SequenceValue self, Value?[] arguments)
    {
        var length = self.Items.Length;
        int At(Value? value, int missing)
        {
            if (value is null) return missing;
            var index = PythonNumbers.Clamp(value);
            return index < 0 ? Math.Max(0, index + length) : Math.Min(index, length);
        }

        var end = At(arguments[2], length);
        for (var i = At(arguments[1], 0); i < end; i++)
        {
            if (Comparing.AreSame(self.Items[i], arguments[0]!)) return IntValue.Of(i);
        }

        throw Errors.Value(self is ListValue ? $"{arguments[0]!.Repr()} is not in list" : "tuple.index(x): x not in tuple");
    }
}
