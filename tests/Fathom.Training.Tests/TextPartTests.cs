using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>The language model of a model that reads images too is taught and saved as a language model.</summary>
public class TextPartTests
{
    [Theory]
    [InlineData("llama", "LlamaForCausalLM")]
    [InlineData("gemma2", "Gemma2ForCausalLM")]
    public unsafe void WhatIsSavedIsALanguageModel(string name, string architecture)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["wrapped"]);
        Directory.CreateDirectory(folder["saved"]);
        var bundle = new TensorBundle().Add("vision_tower.weight", new float[3], 3);
        using (var weights = SafetensorsFile.Open(Path.Combine(Golden.Folder(name), "model.safetensors")))
        {
            foreach (var stored in weights.Names)
            {
                var tensor = weights.GetTensor(stored);
                bundle.Add("language_model." + stored, new ReadOnlySpan<float>(tensor.Data, checked((int)tensor.ElementCount)).ToArray(), [.. tensor.Shape]);
            }
        }

        SafetensorsWriter.Save(folder["wrapped/model.safetensors"], bundle);
        var text = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Folder(name), "config.json")))!.AsObject();
        if (name == "llama") text.Remove("architectures");
        File.WriteAllText(folder["wrapped/config.json"], new JsonObject { ["model_type"] = "llava", ["text_config"] = text }.ToJsonString());

        using (var device = new AutogradDevice(1))
        using (var model = TrainableModel.Load(folder["wrapped"], device))
        {
            model.SaveWeights(folder["saved"], WeightPrecision.Fp32, CompanionFiles.Read(folder["wrapped"]));
        }

        using var saved = LanguageModel.Load(folder["saved"], new LoadOptions { Threads = 1 });
        using var plain = LanguageModel.Load(Golden.Folder(name), new LoadOptions { Threads = 1 });
        int[] tokens = [5, 9, 3, 61, 17];
        Assert.Equal(plain.GetHiddenStates(tokens, LogitPositions.All).Logits, saved.GetHiddenStates(tokens, LogitPositions.All).Logits);
        Assert.Empty(saved.Warnings);
        Assert.Equal(architecture, (string)JsonNode.Parse(File.ReadAllText(folder["saved/config.json"]))!["architectures"]![0]!);
    }
}
