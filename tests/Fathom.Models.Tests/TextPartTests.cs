using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Conversion;
using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

/// <summary>Language models inside models that read images too.</summary>
public sealed class TextPartTests
{
    private static readonly int[] Tokens = [5, 9, 3, 61, 17, 88, 2, 40];

    [SharedTheory("golden/hf")]
    [InlineData("llava")]
    [InlineData("smolvlm")]
    public void BeforeTheFirstImageTheReferencesStatesAreMet(string name)
    {
        var folder = SharedFolder.Path($"golden/hf/{name}");
        using var model = LanguageModel.Load(folder, new LoadOptions { Threads = 1 });
        Assert.Contains("only the language model in it is used", Assert.Single(model.Warnings), StringComparison.Ordinal);
        Assert.Contains("vision", model.Warnings[0], StringComparison.Ordinal);
        using var golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        var ids = Read<long>(golden, "input_ids");
        var mask = Read<long>(golden, "attention_mask");
        var shape = golden.GetTensor("input_ids").Shape;
        var (rows, length) = ((int)shape[0], (int)shape[1]);
        var seen = 0;
        for (var row = 0; row < rows; row++)
        {
            var tokens = ids.Skip(row * length).Take(length).TakeWhile(id => id != 120).Select(id => (int)id).ToArray();
            if (mask.Skip(row * length).Take(tokens.Length).Any(one => one == 0) || tokens.Length == 0) continue;
            var states = model.GetHiddenStates(tokens, LogitPositions.All);
            for (var entry = 0; entry < states.Entries.Length; entry++) Compare(states.Entries[entry], Read<float>(golden, $"hidden_states.{entry}").AsSpan(row * length * states.Width));
            Compare(states.Logits, Read<float>(golden, "logits").AsSpan(row * length * states.Vocabulary));
            seen += tokens.Length;
        }

        Assert.True(seen > 0, "no row begins with text");
    }

    [Theory]
    [InlineData("gemma2", "llava", "language_model.model.", "language_model.lm_head.")]
    [InlineData("llama-gqa-tied", "llava_next", "model.language_model.", "lm_head.")]
    [InlineData("llama", "idefics3", "model.text_model.", "lm_head.")]
    [InlineData("mistral-sliding", "mistral3", "language_model.model.", "language_model.lm_head.")]
    public void AFolderWrappedGivesTheSameBits(string name, string wrapper, string prefix, string head) => CompareWrapped(name, wrapper, prefix, head);

    [SharedFact("golden/hf")]
    public void MultimodalGemma3GivesItsTextModelsBits()
    {
        CompareWrapped("gemma3-text", "gemma3", "language_model.model.", "language_model.lm_head.");
        CompareWrapped("gemma3-text", "gemma3", "model.language_model.", "lm_head.");
    }

    [SharedFact("golden/hf/llava")]
    public void ReferenceValuesOfImagesAreRefused()
    {
        var folder = SharedFolder.Path("golden/hf/llava");
        using var model = LanguageModel.Load(folder, new LoadOptions { Threads = 1 });
        Assert.Contains("pixel_values", Assert.Throws<FathomException>(() => new ReferenceVerifier(model).Verify(Path.Combine(folder, "golden.safetensors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTextPartIsWrittenAsGguf()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Sub("wrapped"));
        Wrap("llama", "llava", "language_model.model.", "language_model.lm_head.", folder.Sub("wrapped"));
        ModelConverter.Convert(folder.Sub("wrapped"), folder.Sub("text.gguf"), new ConversionOptions { Tokenizer = false });
        using var gguf = LanguageModel.Load(folder.Sub("text.gguf"), new LoadOptions { Threads = 1 });
        using var plain = LanguageModel.Load(TinyModels.Folder("llama"), new LoadOptions { Threads = 1 });
        Assert.Equal(plain.GetHiddenStates(Tokens, LogitPositions.All).Logits, gguf.GetHiddenStates(Tokens, LogitPositions.All).Logits);
    }

    [Fact]
    public void WhatIsMissingOrQuantisedIsNamed()
    {
        using var folder = new TemporaryFolder();
        Wrap("llama", "llava", "language_model.model.", "language_model.lm_head.", folder.Root);
        var root = JsonNode.Parse(File.ReadAllText(folder.Sub("config.json")))!.AsObject();
        root["quantization_config"] = new JsonObject { ["quant_method"] = "awq" };
        File.WriteAllText(folder.Sub("config.json"), root.ToJsonString());
        Assert.Contains("awq", Assert.Throws<FathomException>(() => LanguageModel.Load(folder.Root)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.Sub("config.json"), """{"model_type":"llava"}""");
        Assert.Contains("text_config", Assert.Throws<FathomException>(() => LanguageModel.Load(folder.Root)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.Sub("config.json"), """{"model_type":"llava","text_config":{"model_type":"paligemma"}}""");
        Assert.Contains("'paligemma' is not a known architecture", Assert.Throws<FathomException>(() => LanguageModel.Load(folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheFileLeavesOutIsWhatTheReferenceAssumes()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Save(folder.Sub("model.safetensors"), new TensorBundle().Add("language_model.model.norm.weight", new float[2560], 2560));
        File.WriteAllText(folder.Sub("config.json"), """{"model_type":"gemma3","text_config":{"hidden_size":2560,"intermediate_size":10240,"model_type":"gemma3_text","num_hidden_layers":34,"rope_scaling":{"factor":8.0,"rope_type":"linear"},"sliding_window":1024},"vision_config":{}}""");

        // 4B as published: 262208 x 2560 and 34 layers; the message names what such a file must have.
        var message = Assert.Throws<FathomException>(() => LanguageModel.Load(folder.Root)).Message;
        Assert.Contains("'model.embed_tokens.weight' is missing", message, StringComparison.Ordinal);
    }

    private static void CompareWrapped(string name, string wrapper, string prefix, string head)
    {
        using var folder = new TemporaryFolder();
        Wrap(name, wrapper, prefix, head, folder.Root);
        using var plain = LanguageModel.Load(TinyModels.Folder(name), new LoadOptions { Threads = 1 });
        using var wrapped = LanguageModel.Load(folder.Root, new LoadOptions { Threads = 1 });
        Assert.Equal(plain.GetHiddenStates(Tokens, LogitPositions.All).Logits, wrapped.GetHiddenStates(Tokens, LogitPositions.All).Logits);
        Assert.Equal((plain.ParameterCount, plain.Config.Family), (wrapped.ParameterCount, wrapped.Config.Family));
        Assert.Contains("1 tensors are not (vision_tower)", Assert.Single(wrapped.Warnings), StringComparison.Ordinal);
    }

    private static void Wrap(string name, string wrapper, string prefix, string head, string folder)
    {
        var source = TinyModels.Folder(name);
        var bundle = new TensorBundle().Add("vision_tower.weight", new float[3], 3);
        using (var weights = SafetensorsFile.Open(Path.Combine(source, "model.safetensors")))
        {
            foreach (var stored in weights.Names)
            {
                var renamed = stored.StartsWith("model.", StringComparison.Ordinal) ? prefix + stored["model.".Length..] : head + stored["lm_head.".Length..];
                bundle.Add(renamed, Read<float>(weights, stored), [.. weights.GetTensor(stored).Shape.ToArray()]);
            }
        }

        SafetensorsWriter.Save(Path.Combine(folder, "model.safetensors"), bundle);
        var text = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!.AsObject();
        File.WriteAllText(Path.Combine(folder, "config.json"), new JsonObject { ["model_type"] = wrapper, ["text_config"] = text, ["vision_config"] = new JsonObject() }.ToJsonString());
    }

    private static void Compare(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        var (largest, difference) = (0f, 0f);
        for (var i = 0; i < actual.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(expected[i] - actual[i]));
        }

        Assert.True(difference <= 2e-5 * largest, $"{difference} of {largest}");
    }

    private static unsafe T[] Read<T>(SafetensorsFile file, string name)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(new ReadOnlySpan<byte>(file.GetTensor(name).Data, checked((int)file.GetTensor(name).ByteLength))).ToArray();
}
