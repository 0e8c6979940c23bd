using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>How llama.cpp treats one value of <c>tokenizer.ggml.pre</c>.</summary>
/// <param name="Steps">The cuts, one after the other.</param>
/// <param name="IgnoreMerges">Words in the vocabulary are taken whole.</param>
/// <param name="AddBos">A sequence begins with BOS unless the file says otherwise.</param>
internal sealed record GgufPreRecipe(IPreTokenizer[] Steps, bool IgnoreMerges = false, bool AddBos = false);
