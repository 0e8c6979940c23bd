using System.Text;
using Fathom.Models;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class WeightSavingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void WhatIsSavedLoadsAgainTheSame()
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder("llama-bias"), device);
        model.SaveWeights(_folder.Root, WeightPrecision.Fp32, CompanionFiles.Read(Golden.Folder("llama-bias")));
        using var again = TrainableModel.Load(_folder.Root, device);
        Assert.Equal(model.Parameters.Keys, again.Parameters.Keys);
        foreach (var (name, variable) in model.Parameters) Assert.Equal(variable.Values.ToArray(), again.Parameters[name].Values.ToArray());
        using var engine = LanguageModel.Load(_folder.Root);
        using var original = LanguageModel.Load(Golden.Folder("llama-bias"));
        Assert.Equal(original.GetHiddenStates(new[] { 1, 2, 3 }, LogitPositions.Last).Logits, engine.GetHiddenStates(new[] { 1, 2, 3 }, LogitPositions.Last).Logits);
    }

    [Fact]
    public void Bf16IsTheNearestTiesToEven()
    {
        Assert.Equal(0x3F80, WeightFile.Round(1f));
        Assert.Equal(0x3F80, WeightFile.Round(BitConverter.UInt32BitsToSingle(0x3F808000)));
        Assert.Equal(0x3F82, WeightFile.Round(BitConverter.UInt32BitsToSingle(0x3F818000)));
        Assert.Equal(0x3F81, WeightFile.Round(BitConverter.UInt32BitsToSingle(0x3F808001)));
        Assert.Equal(0xBF81, WeightFile.Round(BitConverter.UInt32BitsToSingle(0xBF80FFFF)));
        Assert.Equal(0x7F80, WeightFile.Round(float.MaxValue));
        Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)WeightFile.Round(float.NaN) << 16)));
        using var device = new AutogradDevice(1);
        using var model = TinyRun.Model(device);
        model.SaveWeights(_folder.Root, WeightPrecision.Bf16);
        using var again = TrainableModel.Load(_folder.Root, device);
        foreach (var (name, variable) in model.Parameters)
        {
            Assert.Equal(variable.Values.ToArray().Select(value => BitConverter.UInt32BitsToSingle((uint)WeightFile.Round(value) << 16)), again.Parameters[name].Values.ToArray());
        }
    }

    [Fact]
    public void FreshWeightsAreNormalAndTheSameForASeed()
    {
        var config = TinyRun.Config.Replace("\"vocab_size\":40", "\"vocab_size\":2000,\"initializer_range\":0.05", StringComparison.Ordinal);
        using var device = new AutogradDevice(1);
        using var one = TrainableModel.FromConfig(Encoding.UTF8.GetBytes(config), device, 1);
        using var same = TrainableModel.FromConfig(Encoding.UTF8.GetBytes(config), device, 1);
        using var other = TrainableModel.FromConfig(Encoding.UTF8.GetBytes(config), device, 2);
        var values = one.Parameters["model.embed_tokens.weight"].Values.ToArray();
        Assert.Equal(values, same.Parameters["model.embed_tokens.weight"].Values.ToArray());
        Assert.NotEqual(values, other.Parameters["model.embed_tokens.weight"].Values.ToArray());
        Assert.InRange(values.Average(), -0.001, 0.001);
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value)), 0.049, 0.051);
        Assert.All(one.Parameters["model.norm.weight"].Values.ToArray(), value => Assert.Equal(1, value));
        Assert.NotEqual(one.Parameters["model.layers.0.mlp.gate_proj.weight"].Values[0], one.Parameters["model.layers.1.mlp.gate_proj.weight"].Values[0]);
        Assert.Throws<FathomException>(() => TrainableModel.FromConfig("{\"model_type\":\"bert\"}"u8, device, 1));
    }

    public void Dispose() => _folder.Dispose();
}
