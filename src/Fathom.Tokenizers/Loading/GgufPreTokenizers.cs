using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>The values of <c>tokenizer.ggml.pre</c> that are known.</summary>
internal static class GgufPreTokenizers
{
    /// <summary>The recipe of a name.</summary>
    /// <exception cref="FathomException">The name is not known.</exception>
    public static GgufPreRecipe Find(string name, string source) => name switch
    {
        "smollm" => new GgufPreRecipe([new DigitsPreTokenizer(individual: true), new CutPreTokenizer(Gpt2Scanner.Instance)]),
        "gpt-2" => new GgufPreRecipe([new CutPreTokenizer(Gpt2Scanner.Instance)]),
        _ => throw new FathomException($"{source}: pre-tokenizer '{name}' (tokenizer.ggml.pre) is not known here, and guessing would give wrong ids. Give the model's tokenizer.json instead."),
    };
}
