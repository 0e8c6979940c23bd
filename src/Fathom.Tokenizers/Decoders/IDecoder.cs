namespace Fathom.Tokenizers.Decoders;

/// <summary>Turns token strings back into text, step by step. Stateless.</summary>
internal interface IDecoder
{
    /// <summary>The strings that, joined, are the text.</summary>
    List<string> Decode(List<string> tokens);
}
