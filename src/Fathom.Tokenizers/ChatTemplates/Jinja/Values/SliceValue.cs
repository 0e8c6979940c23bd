namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A slice, as it stands between brackets.</summary>
internal sealed class SliceValue(Value start, Value stop, Value step) : Value
{
    public Value Start => start;

    public Value Stop => stop;

    public Value Step => step;

    public override string TypeName => "slice";

    public override int HashKey() => throw Errors.Type("unhashable type: 'slice'");

    public override void WriteRepr(ReprWriter writer) => writer.WriteAll("slice(", [start, stop, step], ")");
}
