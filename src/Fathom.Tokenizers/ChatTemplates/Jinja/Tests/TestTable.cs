using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>All tests by name.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, Test> Table = Build();

    public static Test? Find(string name) => Table.GetValueOrDefault(name);

    /// <summary>A test named by a value at run time, as <c>select</c> takes it.</summary>
    public static Test Require(Value name) => name is StringValue text && Find(text.Text) is { } test ? test : throw FilterTable.Missing("test", name);

    private static Dictionary<string, Test> Build()
    {
        var table = new Dictionary<string, Test>(StringComparer.Ordinal);
        void Add(string name, Func<Value, bool> body) => table.Add(name, new Test(new Signature("test_" + name, "value"), a => body(a[0]!)));
        void AddComparison(Comparison comparison, string function, params ReadOnlySpan<string> names)
        {
            foreach (var name in names) table.Add(name, new Test(new Signature("@" + function, "a b"), a => Comparing.Holds(comparison, a[0]!, a[1]!)));
        }

        Add("defined", static v => v is not UndefinedValue);
        Add("undefined", static v => v is UndefinedValue);
        Add("none", static v => v is NoneValue);
        Add("boolean", static v => v is BoolValue);
        Add("true", static v => v is BoolValue { Value: true });
        Add("false", static v => v is BoolValue { Value: false });
        Add("integer", static v => v is IntValue);
        Add("float", static v => v is FloatValue);
        Add("number", static v => v is IntValue or FloatValue or BoolValue);
        Add("string", static v => v is StringValue);
        Add("mapping", static v => v is DictValue);
        Add("sequence", static v => v is StringValue or SequenceValue or DictValue or RangeValue or BytesValue or UndefinedValue);
        Add("iterable", static v => v.IsIterable);
        table.Add("callable", new Test(new Signature("@callable", "obj"), static a => a[0]!.IsCallable));
        Add("escaped", static v => v is StringValue { IsMarkup: true });
        Add("lower", static v => StringMethods.IsLower(v.ToText()));
        Add("upper", static v => StringMethods.IsUpper(v.ToText()));
        Add("odd", static v => Remainder(v, IntValue.Of(2), 1));
        Add("even", static v => Remainder(v, IntValue.Of(2), 0));
        Add("filter", static v => Access.IsHashable(v) ? v is StringValue name && FilterTable.Find(name.Text) is not null : throw Errors.Type($"unhashable type: '{v.TypeName}'"));
        Add("test", static v => Access.IsHashable(v) ? v is StringValue name && Table!.ContainsKey(name.Text) : throw Errors.Type($"unhashable type: '{v.TypeName}'"));
        table.Add("divisibleby", new Test(new Signature("test_divisibleby", "value num"), static a => Remainder(a[0]!, a[1]!, 0)));
        table.Add("sameas", new Test(new Signature("test_sameas", "value other"), static a => IsSame(a[0]!, a[1]!)));
        table.Add("in", new Test(new Signature("test_in", "value seq"), static a => Comparing.Contains(a[1]!, a[0]!)));
        AddComparison(Comparison.Equal, "eq", "==", "eq", "equalto");
        AddComparison(Comparison.NotEqual, "ne", "!=", "ne");
        AddComparison(Comparison.Greater, "gt", ">", "gt", "greaterthan");
        AddComparison(Comparison.GreaterOrEqual, "ge", ">=", "ge");
        AddComparison(Comparison.Less, "lt", "<", "lt", "lessthan");
        AddComparison(Comparison.LessOrEqual, "le", "<=", "le");
        return table;
    }

    private static bool Remainder(Value value, Value divisor, int expected) =>
        Comparing.AreEqual(Arithmetic.Binary(BinaryOperator.Remainder, value, divisor), IntValue.Of(expected));

    /// <summary>Python's <c>is</c>: small integers and short equal literals are the same object there too.</summary>
    private static bool IsSame(Value value, Value other)
    {
        if (ReferenceEquals(value, other)) return true;
        return (value, other) switch
        {
            (IntValue a, IntValue b) => a.Number == b.Number && BigInteger.Abs(a.Number) < 257,
            (StringValue a, StringValue b) => a.Text == b.Text,
            _ => false,
        };
    }
}
