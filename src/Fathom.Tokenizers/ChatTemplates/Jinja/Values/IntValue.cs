using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class IntValue : Value
{
    private static readonly IntValue[] Small = [.. Enumerable.Range(-8, 264).Select(static n => new IntValue(n))];

    private IntValue(BigInteger number) => Number = number;

    public BigInteger Number { get; }

    public override string TypeName => "int";

    public override bool IsTrue => !Number.IsZero;

    public static IntValue Of(BigInteger number) => number >= -8 && number < 256 ? Small[(int)number + 8] : new IntValue(number);

    public static IntValue Of(int number) => number is >= -8 and < 256 ? Small[number + 8] : new IntValue(number);

    public override void WriteRepr(ReprWriter writer) => writer.Write(PythonNumbers.Repr(Number));

    public override int HashKey() => Number.GetHashCode();

    public override Value? FindAttribute(string name) => NumberMethods.Find(this, name);
}
