namespace Fathom.Tokenizers.Decoders;

/// <summary>Makes spaces of the suffix that ends words; in the last token it is dropped.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
            result.Add(suffix.Length == 0 ? tokens[i] : tokens[i].Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal));
        return result;
    }
}
