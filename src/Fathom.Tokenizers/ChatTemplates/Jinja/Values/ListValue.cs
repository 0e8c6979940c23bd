namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A list. The sandbox lets nothing change it.</summary>
internal sealed class ListValue(Value[] items) : SequenceValue(items)
{
    public override string TypeName => "list";

    public override void WriteRepr(ReprWriter writer) => writer.WriteAll("[", Items, "]");

    public override int HashKey() => throw Errors.Type("unhashable type: 'list'");

    public override bool IsEqual(Value other) => other is ListValue list && HasEqualItems(list);

    public override bool IsMutator(string name) => name is "append" or "clear" or "pop" or "reverse" or "insert" or "sort" or "extend" or "remove";
}
