using Fathom.Tensors;

namespace Fathom.Training.Tests;

/// <summary>Golden encoders, and a task for them: sequences whose class is the parity of their second token.</summary>
internal static class TinyEncoder
{
    /// <summary>The classifiers that are there: those under tests/golden, and with the shared folder the others.</summary>
    public static TheoryData<string> Folders => [.. new[] { "bert", "roberta", "deberta", "deberta-v3", "deberta-v2-conv", "deberta-v2-keys", "modernbert" }.Where(name => Find(name) is not null)];

    public static string Folder(string name) => Find(name)!;

    public static List<LabelledSample> Samples(int count, int seed = 1, int classes = 3)
    {
        var random = new CounterRandom((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int[] ids = [5, .. Enumerable.Range(0, 3 + random.NextInt32(6)).Select(_ => 10 + random.NextInt32(60)), 6];
            return new LabelledSample(ids, ids[1] % classes);
        })];
    }

    private static string? Find(string name)
    {
        var own = SharedFolder.Golden(Path.Combine("encoders", name));
        return Directory.Exists(own) ? own : SharedFolder.TryPath("golden/hf/" + name);
    }
}
