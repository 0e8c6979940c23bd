namespace Fathom.Models.Tracing;

/// <summary>
/// The tokens that stand for classes: the first token of every class's name as it follows the prompt ("How Good Are LLMs at
/// Out-of-Distribution Detection?", LREC-COLING 2024). Their logits after the prompt make a language model a classifier.
/// </summary>
public static class ClassTokens
{
    /// <summary>Finds them for any tokenizer, by encoding the prompt with and without every name.</summary>
    /// <param name="encode">Turns a whole text into tokens, special tokens as in the traces.</param>
    /// <param name="prompt">A prompt as the model gets it, up to where the name would follow.</param>
    /// <param name="names">Names of the classes.</param>
    /// <returns>A token for every name, in their order, all different.</returns>
    /// <exception cref="FathomException">Two names begin with the same token, or a name runs together with the end of the prompt.</exception>
    public static IReadOnlyList<int> Find(Func<string, int[]> encode, string prompt, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(encode);
        ArgumentNullException.ThrowIfNull(names);
        var before = encode(prompt);
        var owners = new Dictionary<int, string>();
        var tokens = new int[names.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            var whole = encode(prompt + names[i]);
            if (whole.AsSpan().CommonPrefixLength(before) < before.Length || whole.Length == before.Length)
            {
                throw new FathomException($"class '{names[i]}': its name changes the tokens of the prompt's end, so no token follows the prompt; end the template with a line break, or begin the names with a space");
            }

            tokens[i] = whole[before.Length];
            if (!owners.TryAdd(tokens[i], names[i]))
            {
                throw new FathomException($"classes '{owners[tokens[i]]}' and '{names[i]}' begin with the same token ({tokens[i]}); rename one of them, as the paper does");
            }
        }

        return tokens;
    }
}
