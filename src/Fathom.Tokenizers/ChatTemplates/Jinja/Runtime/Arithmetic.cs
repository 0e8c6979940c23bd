using System.Numerics;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The operators <c>+ - * / // % **</c> on any values.</summary>
internal static class Arithmetic
{
    public static Value Unary(bool negative, Value operand)
    {
        UndefinedValue.Refuse(operand);
        if (operand is FloatValue f) return negative ? new FloatValue(-f.Number) : f;
        if (PythonNumbers.TryInteger(operand, out var number)) return IntValue.Of(negative ? -number : number);
        throw Errors.Type($"bad operand type for unary {(negative ? '-' : '+')}: '{operand.TypeName}'");
    }

    public static Value Binary(BinaryOperator operation, Value left, Value right)
    {
        if (operation == BinaryOperator.Remainder && left is StringValue format) return PercentFormat.Format(format, right);
        UndefinedValue.Refuse(left);
        UndefinedValue.Refuse(right);
        var leftIsInteger = PythonNumbers.TryInteger(left, out var a);
        var rightIsInteger = PythonNumbers.TryInteger(right, out var b);
        if (leftIsInteger && rightIsInteger) return IntegerArithmetic.Apply(operation, a, b);
        if ((leftIsInteger || left is FloatValue) && (rightIsInteger || right is FloatValue))
        {
            return FloatArithmetic.Apply(operation, PythonNumbers.ToDouble(left), PythonNumbers.ToDouble(right));
        }

        return operation switch
        {
            BinaryOperator.Add => Add(left, right),
            BinaryOperator.Multiply when leftIsInteger => Repeat(right, a) ?? throw Unsupported("*", left, right),
            BinaryOperator.Multiply when rightIsInteger => Repeat(left, b) ?? throw Unsupported("*", left, right),
            BinaryOperator.Multiply when left is StringValue or SequenceValue => throw Errors.Type($"can't multiply sequence by non-int of type '{right.TypeName}'"),
            BinaryOperator.Multiply when right is StringValue or SequenceValue => throw Errors.Type($"can't multiply sequence by non-int of type '{left.TypeName}'"),
            _ => throw Unsupported(Symbol(operation), left, right),
        };
    }

    private static string Symbol(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.FloorDivide => "//",
        BinaryOperator.Remainder => "%",
        _ => "** or pow()",
    };

    private static TemplateException Unsupported(string symbol, Value left, Value right) =>
        Errors.Type($"unsupported operand type(s) for {symbol}: '{left.TypeName}' and '{right.TypeName}'");

    public static Value Add(Value left, Value right)
    {
        switch (left, right)
        {
            case (StringValue a, StringValue b):
                Budget.Allocate((long)a.Text.Length + b.Text.Length);
                return a.IsMarkup || b.IsMarkup ? new StringValue(Markup.Escape(a).Text + Markup.Escape(b).Text, isMarkup: true) : new StringValue(a.Text + b.Text);
            case (ListValue a, ListValue b):
                Budget.Allocate((long)a.Items.Length + b.Items.Length);
                return new ListValue([.. a.Items, .. b.Items]);
            case (TupleValue a, TupleValue b):
                Budget.Allocate((long)a.Items.Length + b.Items.Length);
                return new TupleValue([.. a.Items, .. b.Items]);
            case (StringValue or ListValue or TupleValue, _):
                var name = left is StringValue ? "str" : left is ListValue ? "list" : "tuple";
                throw Errors.Type($"can only concatenate {name} (not \"{right.TypeName}\") to {name}");
            default:
                throw Unsupported("+", left, right);
        }
    }

    private static Value? Repeat(Value sequence, BigInteger times)
    {
        var length = sequence switch { StringValue s => s.Text.Length, SequenceValue q => q.Items.Length, _ => -1 };
        if (length < 0) return null;
        if (times < 0) times = 0;
        var total = times * length;
        Budget.Allocate((long)BigInteger.Min(total, long.MaxValue / 2));
        if (total > int.MaxValue / 4) throw Errors.Limit("a text or list repeated this often is too long");
        var count = length == 0 ? 0 : (int)times;
        if (sequence is StringValue text) return new StringValue(new StringBuilder((int)total).Insert(0, text.Text, count).ToString(), text.IsMarkup);
        var items = ((SequenceValue)sequence).Items;
        var result = new Value[(int)total];
        for (var i = 0; i < result.Length; i++) result[i] = items[i % length];
        return sequence is ListValue ? new ListValue(result) : new TupleValue(result);
    }
}
