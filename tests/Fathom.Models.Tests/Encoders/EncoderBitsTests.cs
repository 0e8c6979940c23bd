using Fathom.Models.Encoders;
using Fathom.Tensors;

namespace Fathom.Models.Tests.Encoders;

public sealed class EncoderBitsTests
{
    private const EncoderParts Everything = EncoderParts.AllStates | EncoderParts.LastStates | EncoderParts.Pooler | EncoderParts.Logits;

    public static TheoryData<string> Kept => [.. EncoderModels.Kept];

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_sequence_has_the_same_bits_in_any_batch_with_any_threads_and_vectors(string name)
    {
        EncoderInput[] inputs;
        IReadOnlyList<EncoderOutput> expected;
        using (var device = Device.Cpu(new CpuOptions { Threads = 1, VectorBits = 0 }))
        using (var model = EncoderModels.Load(name, device: device))
        {
            inputs = [.. new[] { 17, 1, 9, 18, 4 }.Select((length, i) => Input(model.Config, i, length))];
            expected = [.. inputs.Select(input => model.Encode(input, Everything))];
        }

        foreach (var (bits, threads) in new[] { (128, 1), (Device.WidestVectorBits(), 2) })
        {
            using var device = Device.Cpu(new CpuOptions { Threads = threads, VectorBits = bits });
            using var model = EncoderModels.Load(name, device: device);
            var together = model.Encode(inputs, Everything);
            for (var i = 0; i < inputs.Length; i++)
            {
                for (var entry = 0; entry < expected[i].Entries.Length; entry++) Assert.Equal(expected[i].Entries[entry], together[i].Entries[entry]);
                Assert.Equal(expected[i].Pooler, together[i].Pooler);
                Assert.Equal(expected[i].Logits, together[i].Logits);
                Assert.Equal(expected[i].Entries[^1], together[i].LastStates);
            }
        }
    }

    [Fact]
    public void What_is_not_the_models_is_refused()
    {
        using var model = EncoderModels.Load("bert");
        Assert.Contains("longer than the 24", Assert.Throws<FathomException>(() => model.Encode(new EncoderInput(new int[25]))).Message, StringComparison.Ordinal);
        Assert.Contains("token id 128", Assert.Throws<FathomException>(() => model.Encode(new EncoderInput(new[] { 128 }))).Message, StringComparison.Ordinal);
        Assert.Contains("token type 2", Assert.Throws<FathomException>(() => model.Encode(new EncoderInput(new[] { 1 }, new[] { 2 }))).Message, StringComparison.Ordinal);
        Assert.Contains("no tokens", Assert.Throws<FathomException>(() => model.Encode(new EncoderInput(Array.Empty<int>()))).Message, StringComparison.Ordinal);
        Assert.Contains("token types for", Assert.Throws<FathomException>(() => model.Encode(new EncoderInput(new[] { 1, 2 }, new[] { 0 }))).Message, StringComparison.Ordinal);
    }

    private static EncoderInput Input(EncoderConfig config, int seed, int length)
    {
        var random = new CounterRandom(7, (ulong)seed);
        return new EncoderInput(
            Enumerable.Range(0, length).Select(_ => random.NextInt32(config.Vocabulary)).ToArray(),
            config.TokenTypes > 1 ? Enumerable.Range(0, length).Select(i => i * 2 / length).ToArray() : default(ReadOnlyMemory<int>));
    }
}
