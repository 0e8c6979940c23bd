using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

/// <summary>Files of one model as they are met: without a prefix, with mask buffers, with a copy of a tied head.</summary>
public sealed class CheckpointVariantTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gpt2", "transformer.", "", "h.{0}.attn.bias", "h.{0}.attn.masked_bias", "")]
    [InlineData("gpt2", "transformer.", "transformer.", "transformer.h.{0}.attn.bias", "transformer.h.{0}.attn.masked_bias", "transformer.wte.weight")]
    [InlineData("opt-350m", "model.decoder.", "decoder.", "", "", "decoder.embed_tokens.weight")]
    public void TheSameModelWithOtherNamesGivesTheSameBits(string name, string prefix, string instead, string buffer, string otherBuffer, string head)
    {
        using var original = TinyModels.Load(name);
        foreach (var file in (string[])["config.json", "generation_config.json"]) File.Copy(Path.Combine(TinyModels.Folder(name), file), _folder.Sub(file));
        Write(name, prefix, instead, [.. new[] { buffer, otherBuffer }.Where(text => text.Length > 0).SelectMany(text => Enumerable.Range(0, original.Config.Layers).Select(layer => text.Replace("{0}", $"{layer}", StringComparison.Ordinal)))], head);
        using var model = LanguageModel.Load(_folder.Root, new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(original, 4, 21);
        Assert.Equal(original.GetHiddenStates(tokens, LogitPositions.All).Logits, model.GetHiddenStates(tokens, LogitPositions.All).Logits);
    }

    [Fact]
    public void ATensorThatIsNoBufferIsNamed()
    {
        foreach (var file in (string[])["config.json", "generation_config.json"]) File.Copy(Path.Combine(TinyModels.Folder("gpt2"), file), _folder.Sub(file));
        Write("gpt2", "transformer.", "", ["h.0.attn.extra"], "");
        Assert.Contains("h.0.attn.extra", Assert.Throws<FathomException>(() => LanguageModel.Load(_folder.Root)).Message, StringComparison.Ordinal);
    }

    private unsafe void Write(string name, string prefix, string instead, string[] buffers, string head)
    {
        using var weights = SafetensorsFile.Open(Path.Combine(TinyModels.Folder(name), "model.safetensors"));
        string Renamed(string tensor) => tensor.StartsWith(prefix, StringComparison.Ordinal) ? instead + tensor[prefix.Length..] : tensor;
        var written = weights.Names.Select(tensor => (Name: Renamed(tensor), Tensor: weights.GetTensor(tensor))).ToList();
        if (head.Length > 0) written.Add(("lm_head.weight", written.Find(item => item.Name == head).Tensor));
        List<SafetensorsEntry> entries = [.. written.Select(item => new SafetensorsEntry(item.Name, DType.F32, [.. item.Tensor.Shape]))];
        entries.AddRange(buffers.Select(buffer => new SafetensorsEntry(buffer, DType.F32, [1])));
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        using var writer = SafetensorsWriter.Create(_folder.Sub("model.safetensors"), entries, new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var entry in entries)
        {
            var found = written.FindIndex(item => item.Name == entry.Name);
            writer.Write(found < 0 ? new byte[4] : new ReadOnlySpan<byte>(written[found].Tensor.Data, (int)written[found].Tensor.ByteLength));
        }

        writer.Complete();
    }
}
