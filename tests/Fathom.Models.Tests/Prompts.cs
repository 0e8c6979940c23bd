using Fathom.Tensors;

namespace Fathom.Models.Tests;

/// <summary>Made-up token ids.</summary>
internal static class Prompts
{
    public static int[] Ids(LanguageModel model, int seed, int length)
    {
        var random = new CounterRandom((ulong)seed, 99);
        return [.. Enumerable.Range(0, length).Select(_ => 4 + random.NextInt32(model.Config.Vocabulary - 4))];
    }
}
