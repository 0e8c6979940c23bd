namespace Fathom.Formats;

/// <summary>One field of a row.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A string's exact characters; anything else as the file's own JSON text (<c>39.0</c> stays <c>39.0</c>).</param>
public readonly record struct DataValue(DataValueKind Kind, string Text)
{
    /// <summary>A string.</summary>
    public DataValue(string text)
        : this(DataValueKind.String, text)
    {
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
