namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The attributes a filter looks up in every element: <c>a.b.0</c>, with numbers as indices.</summary>
internal sealed class AttributePath
{
    private readonly Value[] _parts;

    private AttributePath(Value[] parts) => _parts = parts;

    public static AttributePath Parse(Value? attribute) => attribute switch
    {
        null or NoneValue => new AttributePath([]),
        StringValue text => new AttributePath([.. text.Text.Split('.').Select(Part)]),
        _ => new AttributePath([attribute]),
    };

    /// <summary>Several paths, separated by commas.</summary>
    public static AttributePath[] ParseSeveral(Value? attribute) =>
        attribute is StringValue text ? [.. text.Text.Split(',').Select(static p => Parse(new StringValue(p)))] : [Parse(attribute)];

    public Value Find(Value item, Value? missing = null)
    {
        foreach (var part in _parts)
        {
            Budget.Work();
            item = Access.Item(item, part);
            if (item is UndefinedValue && missing is not (null or NoneValue)) item = missing;
        }

        return item;
    }

    public static Value IgnoreCase(Value value, bool caseSensitive) => !caseSensitive && value is StringValue text ? new StringValue(Casing.ToLower(text.Text)) : value;

    private static Value Part(string text) => text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit) ? IntValue.Of(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)) : new StringValue(text);
}
