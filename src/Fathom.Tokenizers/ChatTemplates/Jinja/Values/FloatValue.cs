using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class FloatValue(double number) : Value
{
    public double Number => number;

    public override string TypeName => "float";

    public override bool IsTrue => number != 0;

    public override void WriteRepr(ReprWriter writer) => writer.Write(PythonNumbers.Repr(number));

    public override int HashKey() => double.IsInteger(number) ? new BigInteger(number).GetHashCode() : number.GetHashCode();

    public override Value? FindAttribute(string name) => NumberMethods.Find(this, name);
}
