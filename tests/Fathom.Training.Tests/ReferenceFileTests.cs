using Fathom.Formats;
using Fathom.Models;
using Fathom.Models.Conversion;
using Fathom.Models.Verification;

namespace Fathom.Training.Tests;

/// <summary>What a file of reference values says of training, made here or spoilt.</summary>
public sealed class ReferenceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Labels_say_which_tokens_are_taught()
    {
        long[] tokens = [5, 9, 17, 33, 8, 21], labels = [-100, -100, -100, 33, 8, 21];
        using var model = LanguageModel.Load(Golden.Folder("llama"), new LoadOptions { Threads = 1 });
        var loss = (float)-model.GetLogProbabilities(tokens.Select(token => (int)token).ToArray()).Skip(2).Average();
        var bundle = new TensorBundle().Add("input_ids", tokens, 1, 6).Add("labels", labels, 1, 6).AddScalar("loss", loss).Add("adamw_losses", new[] { loss }, 1);
        var report = Verify("llama", bundle);
        Assert.Equal(["loss", "adamw_losses"], report.Tensors.Select(tensor => tensor.Name));
        Assert.True(report.Passed);
    }

    [Fact]
    public void What_cannot_be_known_is_left_out_by_name()
    {
        var other = new TensorBundle().Add("input_ids", new long[] { 5, 9 }, 1, 2).Add("labels", new long[] { 5, 8 }, 1, 2).Add("adamw_losses", new float[1], 1);
        Left("not the next tokens", "adamw_losses", Verify("llama", other));
        var none = new TensorBundle().Add("input_ids", new long[] { 5, 9 }, 1, 2).Add("adamw_losses", Array.Empty<float>(), 0);
        Left("empty", "adamw_losses", Verify("llama", none));
        var unlabelled = new TensorBundle().Add("input_ids", new long[] { 5, 9 }, 1, 2).Add("adamw_losses", new float[1], 1);
        Left("'labels'", "adamw_losses", Verify("llama-seqcls", unlabelled));
    }

    [Theory]
    [InlineData("qwen2")]
    [InlineData("gpt2")]
    public void A_gguf_file_of_any_family_meets_gradients_and_steps(string name)
    {
        var gguf = _folder["model.gguf"];
        ModelConverter.Convert(Golden.Folder(name), gguf, new ConversionOptions { Format = ConversionFormat.Gguf, Tokenizer = false });
        var report = new TrainingVerifier(gguf) { Threads = 1 }.Verify(Golden.File(name));
        Assert.True(report.Passed);
        Assert.Empty(report.NotCompared);
        Assert.Contains(report.Tensors, tensor => tensor.Name == "adamw_losses");
    }

    [SharedTheory("golden/hf")]
    [InlineData("bert", "one class a row")]
    [InlineData("t5", "ranking head")]
    public void What_cannot_be_known_of_an_encoder_is_left_out_by_name(string name, string reason)
    {
        var bundle = new TensorBundle().Add("input_ids", new long[] { 5, 9 }, 1, 2).Add("grad.x", new float[1], 1);
        Left(reason, "grad.x", Verify(name, bundle));
    }

    [SharedTheory("golden/hf")]
    [InlineData("bert", "grad.bert.embeddings.word_embeddings.weight")]
    [InlineData("deberta-v3", "grad.deberta.encoder.rel_embeddings.weight")]
    [InlineData("t5", "grad.shared.weight")]
    [InlineData("flan-t5", "grad.ranker.L2.weight")]
    public void A_wrong_gradient_of_an_encoder_does_not_pass(string name, string tensor)
    {
        var bytes = File.ReadAllBytes(Golden.File(name));
        var header = (int)BitConverter.ToUInt64(bytes, 0);
        using (var json = System.Text.Json.JsonDocument.Parse(bytes.AsMemory(8, header)))
        {
            var place = bytes.AsSpan(8 + header + json.RootElement.GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32());
            BitConverter.TryWriteBytes(place, BitConverter.ToSingle(place) + 1e-3f);
        }

        File.WriteAllBytes(_folder["golden.safetensors"], bytes);
        var report = new TrainingVerifier(Golden.Folder(name)) { Threads = 1 }.Verify(_folder["golden.safetensors"]);
        Assert.Equal([tensor], report.Tensors.Where(compared => !compared.Passed).Select(compared => compared.Name));
    }

    [SharedFact("golden/hf")]
    public void An_encoder_that_does_not_fit_is_left_out()
    {
        var report = new TrainingVerifier(Golden.Folder("bert")) { Threads = 1, MemoryLimit = 10_000 }.Verify(Golden.File("bert"));
        Assert.Empty(report.Tensors);
        Assert.All(report.NotCompared, left => Assert.Contains("with gradients take", left.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-seqcls")]
    public void A_file_with_an_odd_tensor_is_compared_or_refused_in_one_line(string name) => OddTensors(name);

    [SharedTheory("golden/hf")]
    [InlineData("bert")]
    [InlineData("t5")]
    [InlineData("flan-t5")]
    public void A_file_of_an_encoder_with_an_odd_tensor_is_compared_or_refused_in_one_line(string name) => OddTensors(name);

    public void Dispose() => _folder.Dispose();

    private void OddTensors(string name)
    {
        var names = OddSafetensors.Names(Golden.File(name)).Where(tensor => !tensor.Contains("hidden_states", StringComparison.Ordinal)).ToArray();
        string[] some = [.. names.Where(tensor => !tensor.StartsWith("grad.", StringComparison.Ordinal)), names.First(tensor => tensor.StartsWith("grad.", StringComparison.Ordinal))];
        foreach (var odd in OddSafetensors.Copies(Golden.File(name), _folder["golden.safetensors"], some))
        {
            try
            {
                _ = new TrainingVerifier(Golden.Folder(name)) { Threads = 1 }.Verify(_folder["golden.safetensors"]);
            }
            catch (FathomException refused)
            {
                Assert.DoesNotContain('\n', refused.Message);
            }
            catch (Exception failure)
            {
                Assert.Fail($"{odd}: {failure}");
            }
        }
    }

    private static void Left(string reason, string name, ReferenceReport report)
    {
        Assert.DoesNotContain(report.Tensors, tensor => tensor.Name == name);
        Assert.Contains(report.NotCompared, left => left.Name == name && left.Reason.Contains(reason, StringComparison.Ordinal));
    }

    private ReferenceReport Verify(string model, TensorBundle bundle)
    {
        SafetensorsWriter.Save(_folder["golden.safetensors"], bundle);
        return new TrainingVerifier(Golden.Folder(model)) { Threads = 1 }.Verify(_folder["golden.safetensors"]);
    }
}
