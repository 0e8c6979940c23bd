using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class BadInputTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void AModelThatIsNotThere() => Trace(_folder["nowhere"]).FailedWith(1, "nowhere");

    [Fact]
    public void AFolderThatIsNoModel()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Trace(_folder["empty"]).FailedWith(1, "empty");
    }

    [Fact]
    public void AFileThatIsNoModel() => Trace(_folder.Write("cat.gguf", "I am a cat, and no model at all.")).FailedWith(1, "cat.gguf");

    [Fact]
    public void TruncatedWeights() => Trace(ModelWith(bytes => bytes[..(bytes.Length - 100)])).FailedWith(1, "model.safetensors");

    [Fact]
    public void AHeaderLongerThanTheFile() => Trace(ModelWith(bytes =>
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue - 3);
        return bytes;
    })).FailedWith(1, "model.safetensors");

    [Fact]
    public void OverlappingTensors() => Trace(ModelWithHeader(header => header["model.norm.weight"]!["data_offsets"] = new JsonArray(0, 4 * TinyModel.Width)))
        .FailedWith(1, "model.safetensors");

    [Fact]
    public void AWrongShape() => Trace(ModelWithHeader(header => header["model.norm.weight"]!["shape"] = new JsonArray(4, TinyModel.Width / 4)))
        .FailedWith(1, "model.norm.weight");

    [Fact]
    public void AMissingTensor() => Trace(ModelWithHeader(header =>
    {
        header["renamed"] = header["model.norm.weight"]!.DeepClone();
        header.Remove("model.norm.weight");
    })).FailedWith(1, "model.norm.weight");

    [Fact]
    public void AnUnknownArchitecture()
    {
        var model = Copy();
        var config = TinyModel.Config(275);
        config["model_type"] = "mamba9";
        config["architectures"] = new JsonArray("Mamba9ForCausalLM");
        File.WriteAllText(Path.Combine(model, "config.json"), config.ToJsonString());
        Trace(model).FailedWith(1, "mamba9", "llama");
    }

    [Fact]
    public void AConfigThatIsNoJson()
    {
        var model = Copy();
        File.WriteAllText(Path.Combine(model, "config.json"), "{ \"model_type\": ");
        Trace(model).FailedWith(1, "config.json");
    }

    [Fact]
    public void AMissingTokenizer()
    {
        var model = Copy();
        File.Delete(Path.Combine(model, "tokenizer.json"));
        Trace(model).FailedWith(1, "tokenizer");
    }

    [Fact]
    public void WeightsThatAreNoNumbers() => Trace(ModelWith(bytes =>
    {
        var start = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        for (var i = start; i < bytes.Length; i += 4)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i), float.NaN);
        }

        return bytes;
    })).FailedWith(1, "NaN");

    [Fact]
    public void AnEmptyDataFile() => Trace(bench.Model, _folder.Write("none.jsonl", "")).FailedWith(1, "none.jsonl");

    [Fact]
    public void ADataFileThatIsNotThere() => Trace(bench.Model, _folder["nothing.jsonl"]).FailedWith(1, "nothing.jsonl");

    [Fact]
    public void ARowWithoutTheField()
    {
        var data = _folder.Write("gap.jsonl", "{\"question\":\"a\"}\n{\"other\":\"c\"}\n");
        Trace(bench.Model, data).FailedWith(1, "gap.jsonl", "line 2", "question");
    }

    [Fact]
    public void ANamedFieldThatIsAbsent() =>
        FathomProcess.Run("trace", bench.Model, "--data", bench.Near, "--text-field", "riddle", "--out", _folder["out"]).FailedWith(1, "riddle");

    [Fact]
    public void ARowThatIsNoJson() => Trace(bench.Model, _folder.Write("bad.jsonl", "{\"question\":\"a\"}\n{\"question\":\n")).FailedWith(1, "bad.jsonl", "2");

    [Fact]
    public void InvalidUtf8()
    {
        byte[] row = [.. Encoding.UTF8.GetBytes("{\"question\":\"a"), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}\n")];
        Trace(bench.Model, _folder.Write("latin.jsonl", row)).FailedWith(1, "latin.jsonl", "UTF-8");
    }

    [Fact]
    public void AQuestionLongerThanTheContext()
    {
        var data = _folder.Write("long.jsonl", Bench.Questions(1, _ => new string('x', 500)));
        Trace(bench.Model, data).FailedWith(1, TinyModel.Context.ToString());
    }

    [Fact]
    public void OutIsAFile() =>
        FathomProcess.Run("trace", bench.Model, "--data", bench.Near, "--out", _folder.Write("file", "x")).FailedWith(1, "file");

    [Fact]
    public void AnUnknownDetectorNamesTheKnownOnes() =>
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--detectors", "tv,crystal_ball", "--out", _folder["x.fathom"]).FailedWith(2, "crystal_ball", "perplexity");

    [SmallDiskFact]
    public void AFullDiskIsOneLineAndTheRunGoesOnElsewhereOrLater()
    {
        using var disk = new SmallDisk(kibibytes: 48);
        FathomProcess.Run("trace", bench.Model, "--data", bench.Near, "--max-new-tokens", "2", "--out", Path.Combine(disk.Root, "run")).FailedWith(1, "disk is full");
    }

    public void Dispose() => _folder.Dispose();

    private ProcessResult Trace(string model, string? data = null) =>
        FathomProcess.Run("trace", model, "--data", data ?? bench.Near, "--limit", "2", "--max-new-tokens", "2", "--out", _folder["out"]);

    private string Copy()
    {
        var model = _folder["model"];
        Directory.CreateDirectory(model);
        foreach (var file in Directory.GetFiles(bench.Model))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        return model;
    }

    private string ModelWith(Func<byte[], byte[]> change)
    {
        var model = Copy();
        var weights = Path.Combine(model, "model.safetensors");
        File.WriteAllBytes(weights, change(File.ReadAllBytes(weights)));
        return model;
    }

    private string ModelWithHeader(Action<JsonObject> change) => ModelWith(bytes =>
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        change(header);
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var changed = new byte[8 + text.Length + bytes.Length - 8 - length];
        BinaryPrimitives.WriteUInt64LittleEndian(changed, (ulong)text.Length);
        text.CopyTo(changed, 8);
        bytes.AsSpan(8 + length).CopyTo(changed.AsSpan(8 + text.Length));
        return changed;
    });
}
