using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Equality, order and membership of values as Python has them.</summary>
internal static class Comparing
{
    public static bool Holds(Comparison comparison, Value left, Value right) => comparison switch
    {
        Comparison.Equal => AreEqual(left, right),
        Comparison.NotEqual => !AreEqual(left, right),
        Comparison.Less => Order(left, right, "<") < 0,
        Comparison.LessOrEqual => Order(left, right, "<=") <= 0,
        Comparison.Greater => Order(left, right, ">") is > 0 and < NotComparable,
        Comparison.GreaterOrEqual => Order(left, right, ">=") is >= 0 and < NotComparable,
        Comparison.In => Contains(right, left),
        _ => !Contains(right, left),
    };

    private const int NotComparable = int.MaxValue;

    /// <summary>Identity or equality: how containers compare their elements.</summary>
    public static bool AreSame(Value left, Value right) => ReferenceEquals(left, right) || AreEqual(left, right);

    public static bool AreEqual(Value left, Value right)
    {
        Budget.Work();
        if (left is FloatValue or IntValue or BoolValue && right is FloatValue or IntValue or BoolValue) return CompareNumbers(left, right) == 0;
        return left.IsEqual(right);
    }

    public static bool IsLess(Value left, Value right) => Order(left, right, "<") < 0;

    /// <summary>Negative, zero, positive; <see cref="NotComparable"/> with a NaN. For less-or-equal a NaN must not count, so it is positive.</summary>
    private static int Order(Value left, Value right, string symbol)
    {
        Budget.Work();
        if (left is FloatValue or IntValue or BoolValue && right is FloatValue or IntValue or BoolValue) return CompareNumbers(left, right);
        if (left is StringValue a && right is StringValue b) return PythonText.Compare(a.Text, b.Text);
        if (left is SequenceValue x && right is SequenceValue y && left.GetType() == right.GetType()) return OrderItems(x.Items, y.Items, symbol);
        UndefinedValue.Refuse(left);
        UndefinedValue.Refuse(right);
        throw Errors.Type($"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'");
    }

    private static int OrderItems(Value[] left, Value[] right, string symbol)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (!AreSame(left[i], right[i])) return Order(left[i], right[i], symbol);
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareNumbers(Value left, Value right)
    {
        if (left is FloatValue or FloatValue || right is FloatValue)
        {
            if (left is FloatValue a && right is FloatValue b)
            {
                if (double.IsNaN(a.Number) || double.IsNaN(b.Number)) return NotComparable;
                return a.Number.CompareTo(b.Number);
            }

            return left is FloatValue f ? CompareMixed(f.Number, right) : Negate(CompareMixed(((FloatValue)right).Number, left));
        }

        PythonNumbers.TryInteger(left, out var x);
        PythonNumbers.TryInteger(right, out var y);
        return x.CompareTo(y);
    }

    private static int Negate(int order) => order == NotComparable ? order : -order;

    private static int CompareMixed(double number, Value integer)
    {
        if (double.IsNaN(number)) return NotComparable;
        if (double.IsInfinity(number)) return number > 0 ? 1 : -1;
        PythonNumbers.TryInteger(integer, out var other);
        var floor = Math.Floor(number);
        var order = new BigInteger(floor).CompareTo(other);
        return order != 0 ? order : number > floor ? 1 : 0;
    }

    /// <summary><c>item in container</c></summary>
    public static bool Contains(Value container, Value item)
    {
        switch (container)
        {
            case StringValue text:
                if (item is not StringValue part) throw Errors.Type($"'in <string>' requires string as left operand, not {item.TypeName}");
                Budget.Work(text.Text.Length >> 6);
                return text.Text.Contains(part.Text, StringComparison.Ordinal);
            case DictValue dict: return dict.Items.ContainsKey(item);
            default:
                if (!container.IsIterable) throw Errors.Type($"argument of type '{container.TypeName}' is not iterable");
                foreach (var element in container.Iterate())
                {
                    if (AreSame(element, item)) return true;
                }

                return false;
        }
    }
}
