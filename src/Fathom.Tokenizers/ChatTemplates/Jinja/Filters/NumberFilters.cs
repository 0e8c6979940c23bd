using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Filters on numbers.</summary>
internal static class NumberFilters
{
    private static readonly string[] DecimalUnits = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] BinaryUnits = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    public static void AddTo(Dictionary<string, Filter> table)
    {
        table.Add("abs", "@abs", "x", static (_, a) => Absolute(a[0]!));
        table.Add("int", "do_int", "value default? base?", static (_, a) => ToInteger(a[0]!, a[1] ?? IntValue.Of(0), a[2]));
        table.Add("float", "do_float", "value default?", static (_, a) => ToFloat(a[0]!) is { } number ? new FloatValue(number) : a[1] ?? new FloatValue(0));
        table.Add("round", "do_round", "value precision? method?", static (_, a) => Round(a[0]!, a[1] is null ? 0 : PythonNumbers.Clamp(a[1]!), a[2]));
        table.Add("filesizeformat", "do_filesizeformat", "value binary?", static (_, a) => FileSize(a[0]!, a[1]?.IsTrue ?? false));
    }

    private static Value Absolute(Value value)
    {
        if (value is FloatValue f) return new FloatValue(Math.Abs(f.Number));
        return PythonNumbers.TryInteger(value, out var number) ? IntValue.Of(BigInteger.Abs(number)) : throw Errors.Type($"bad operand type for abs(): '{value.TypeName}'");
    }

    private static Value ToInteger(Value value, Value missing, Value? numberBase)
    {
        UndefinedValue.Refuse(value);
        if (PythonNumbers.TryInteger(value, out var number)) return IntValue.Of(number);
        if (value is StringValue text)
        {
            var chosen = numberBase is null ? 10 : PythonNumbers.Clamp(numberBase);
            if (chosen is 0 or (>= 2 and <= 36) && PythonNumbers.ParseInteger(text.Text, chosen) is { } parsed) return IntValue.Of(parsed);
        }
        else if (value is FloatValue { Number: var f } && double.IsInfinity(f))
        {
            throw Errors.Overflow("cannot convert float infinity to integer");
        }

        return ToFloat(value) is { } real && double.IsFinite(real) ? IntValue.Of(new BigInteger(real)) : missing;
    }

    private static double? ToFloat(Value value)
    {
        UndefinedValue.Refuse(value);
        return value switch
        {
            StringValue text => PythonNumbers.ParseFloat(text.Text),
            FloatValue f => f.Number,
            IntValue or BoolValue => PythonNumbers.ToDouble(value),
            _ => null,
        };
    }

    private static Value Round(Value value, int precision, Value? method)
    {
        var name = method is null ? "common" : (method as StringValue)?.Text;
        if (name is not ("common" or "ceil" or "floor")) throw Errors.FilterArgument("method must be common, ceil or floor");
        if (name == "common")
        {
            if (value is FloatValue f) return new FloatValue(Decimals.Round(f.Number, precision));
            if (PythonNumbers.TryInteger(value, out var number)) return IntValue.Of(precision >= 0 ? number : RoundInteger(number, precision));
            throw Errors.Type($"type {value.TypeName} doesn't define __round__ method");
        }

        var scale = Arithmetic.Binary(BinaryOperator.Power, IntValue.Of(10), IntValue.Of(precision));
        var product = Arithmetic.Binary(BinaryOperator.Multiply, value, scale);
        if (product is IntValue) return Arithmetic.Binary(BinaryOperator.Divide, product, scale);
        var scaled = PythonNumbers.ToDouble(product);
        if (!double.IsFinite(scaled)) throw double.IsNaN(scaled) ? Errors.Value("cannot convert float NaN to integer") : Errors.Overflow("cannot convert float infinity to integer");
        var whole = new BigInteger(name == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled));
        return Arithmetic.Binary(BinaryOperator.Divide, IntValue.Of(whole), scale);
    }

    private static BigInteger RoundInteger(BigInteger number, int precision)
    {
        if (precision < -PythonNumbers.MaxDigits) return 0;
        var unit = BigInteger.Pow(10, -precision);
        var quotient = BigInteger.DivRem(BigInteger.Abs(number), unit, out var remainder);
        var twice = remainder * 2;
        if (twice > unit || (twice == unit && !quotient.IsEven)) quotient += 1;
        return quotient * unit * number.Sign;
    }

    private static StringValue FileSize(Value value, bool binary)
    {
        UndefinedValue.Refuse(value);
        var bytes = ToFloat(value) ?? throw (value is StringValue text ? Errors.Value($"could not convert string to float: {text.Repr()}") : Errors.Type($"float() argument must be a string or a real number, not '{value.TypeName}'"));
        var unit = binary ? 1024.0 : 1000.0;
        var names = binary ? BinaryUnits : DecimalUnits;
        if (bytes == 1) return new StringValue("1 Byte");
        if (bytes < unit) return new StringValue($"{PythonNumbers.Repr(new BigInteger(bytes))} Bytes");
        if (!double.IsFinite(bytes)) return new StringValue($"{PythonNumbers.Repr(bytes)} {names[^1]}");
        var size = unit;
        var index = 0;
        for (; index < names.Length - 1 && bytes >= size * unit; index++) size *= unit;
        return new StringValue($"{Decimals.Fixed(unit * bytes / (size * unit), 1)} {names[index]}");
    }
}
