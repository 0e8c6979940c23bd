using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;
using Fathom.Insight.Detection.Statistics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>The <c>.fathom</c> file is read strictly.</summary>
public sealed class DetectorFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-insight-").FullName;
    private readonly string _path;

    public DetectorFileTests()
    {
        _path = Path.Combine(_folder, "guard.fathom");
        DetectorFitter.FitCalibrated(DetectorRegistry.Parse("all,length"), TraceFactory.Origin, TraceFactory.Many(25, 1)).Save(_path);
    }

    [Fact]
    public void AWholeSetLivesInOneFile()
    {
        var set = FittedDetectorSet.Load(_path);
        Assert.Equal(["tv0", "tv1", "tv2", "tv3", "tv4", "tv5", "msp", "perplexity", "input_embedding", "output_embedding", "cosine", "length"], set.Names);
        Assert.Equal(set.Names, set.Score(TraceFactory.Many(1, 2)[0]).Select(pair => pair.Key));
        Assert.Equal(set.Names.Order(), set.Thresholds.Keys.Order());
        Assert.All(set.Thresholds.Values, threshold => Assert.Equal((25, "cross_fit"), (threshold.CalibrationCount, threshold.Source)));
        using var file = SafetensorsFile.Open(_path);

        // Six orders share one Gaussian.
        Assert.Single(file.Names, name => name.StartsWith("moments.output_predictive", StringComparison.Ordinal) && name.EndsWith(".mean", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryFlippedBitIsNoticed()
    {
        var bytes = File.ReadAllBytes(_path);
        var random = new CounterRandom(3);
        for (var i = 0; i < 1500; i++)
        {
            // The header, where all the meaning is, gets half of the hits.
            var at = random.NextInt32(i % 2 == 0 ? bytes.Length : Math.Min(bytes.Length, 4096));
            var bit = (byte)(1 << random.NextInt32(8));
            bytes[at] ^= bit;
            Refused(bytes);
            bytes[at] ^= bit;
        }
    }

    [Fact]
    public void EveryCutIsNoticed()
    {
        var bytes = File.ReadAllBytes(_path);
        for (var length = 0; length < bytes.Length; length += 1 + bytes.Length / 200)
        {
            Refused(bytes[..length]);
        }
    }

    [Theory]
    [InlineData("version", "version 3")]
    [InlineData("version_zero", "version 0")]
    [InlineData("lead", "cannot lead")]
    [InlineData("calibration", "ascend")]
    [InlineData("calibration_count", "scores")]
    [InlineData("group_twice", "twice")]
    [InlineData("texts", "texts.indices")]
    [InlineData("format", "format")]
    [InlineData("extra_key", "not known")]
    [InlineData("missing_key", "missing")]
    [InlineData("kind", "does not know")]
    [InlineData("setting", "order")]
    [InlineData("threshold", "threshold")]
    [InlineData("extra_tensor", "belongs to none")]
    [InlineData("missing_tensor", "is missing")]
    [InlineData("shape", "expected")]
    [InlineData("nan", "finite")]
    [InlineData("negative_variance", "negative")]
    [InlineData("count", "expected")]
    [InlineData("layers", "expected")]
    [InlineData("no_detector", "no detector")]
    [InlineData("twice", "twice")]
    [InlineData("duplicate_key", "not JSON")]
    public void EvenWithAValidChecksumItsContentIsChecked(string fault, string message)
    {
        string text;
        TensorBag tensors;
        using (var file = SafetensorsFile.Open(_path))
        {
            text = file.Metadata["fathom.manifest"];
            tensors = TensorBag.From(file);
        }

        var manifest = JsonNode.Parse(text)!.AsObject();
        var first = manifest["detectors"]![0]!.AsObject();
        var changed = new TensorBag();
        foreach (var name in new[] { "bank.prompt_last.last.vectors", "bank.prompt_last.last.indices", "moments.output_predictive.mean", "moments.output_predictive.variance", "moments.output_tokens.last.mean", "moments.output_tokens.last.variance", "moments.prompt_mean.last.mean", "moments.prompt_mean.last.variance" })
        {
            Put(name);
        }

        foreach (var name in manifest["detectors"]!.AsArray().Select(detector => $"calibration.{(string)detector!["name"]!}.scores"))
        {
            var scores = tensors.Read<double>(name, 25);
            if (fault == "calibration" && name.Contains("tv0", StringComparison.Ordinal)) (scores[3], scores[4]) = (scores[4], scores[3]);
            changed.Add(name, scores, 25);
        }

        switch (fault)
        {
            case "version": manifest["version"] = 3; break;
            case "version_zero": manifest["version"] = 0; break;
            case "lead": manifest["lead"] = new JsonObject { ["detector"] = "oracle", ["reason"] = "" }; break;
            case "calibration_count": first["calibration"]!["groups"]![0]!["count"] = 24; break;
            case "group_twice": first["group_thresholds"]!.AsArray().Add(new JsonObject { ["group"] = "a", ["threshold"] = first["threshold"]!.DeepClone() }); first["group_thresholds"]!.AsArray().Add(first["group_thresholds"]![0]!.DeepClone()); break;
            case "texts": manifest["fit"]!["texts"] = true; break;
            case "format": manifest["format"] = "other"; break;
            case "extra_key": manifest["more"] = 1; break;
            case "missing_key": manifest["origin"]!.AsObject().Remove("width"); break;
            case "kind": first["kind"] = "oracle"; break;
            case "setting": first["settings"]!["order"] = 51; break;
            case "threshold": first["threshold"]!["level"] = 7; break;
            case "extra_tensor": changed.Add("more", new double[1], 1); break;
            case "count": manifest["fit"]!["count"] = 24; break;
            case "layers": manifest["origin"]!["layers"] = 12; break;
            case "no_detector": manifest["detectors"] = new JsonArray(); break;
            case "twice": manifest["detectors"]!.AsArray().Add(first.DeepClone()); break;
            default: break;
        }

        text = fault == "duplicate_key" ? "{\"version\":1," + manifest.ToJsonString()[1..] : manifest.ToJsonString();
        SafetensorsWriter.Save(_path, changed.ToBundle(), new Dictionary<string, string> { ["fathom.manifest"] = text, ["fathom.sha256"] = changed.Checksum(text) });
        var failure = Assert.Throws<FathomException>(() => FittedDetectorSet.Load(_path));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(_path, failure.Message, StringComparison.Ordinal);

        void Put(string name)
        {
            if (name.StartsWith("bank", StringComparison.Ordinal))
            {
                if (name.EndsWith("vectors", StringComparison.Ordinal)) changed.Add(name, tensors.Read<float>(name, -1, -1), 25, TraceFactory.Width);
                else changed.Add(name, tensors.Read<long>(name, -1), 25);
                return;
            }

            var values = tensors.Read<double>(name, -1, -1);
            var target = name == "moments.output_predictive.variance";
            if (target && fault == "missing_tensor") return;
            if (target && fault == "nan") values[3] = double.NaN;
            if (target && fault == "negative_variance") values[3] = -1;
            var rows = values.Length / TraceFactory.Width;
            if (target && fault == "shape") changed.Add(name, values, values.Length);
            else changed.Add(name, values, rows, TraceFactory.Width);
        }
    }

    [Fact]
    public void OtherFilesAreNotDetectors()
    {
        SafetensorsWriter.Save(_path, new TensorBundle().Add("weight", new float[4], 2, 2));
        Assert.Contains("not a file of fitted detectors", Assert.Throws<FathomException>(() => FittedDetectorSet.Load(_path)).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => FittedDetectorSet.Load(Path.Combine(_folder, "absent.fathom")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Refused(byte[] bytes)
    {
        var path = Path.Combine(_folder, "broken.fathom");
        File.WriteAllBytes(path, bytes);
        Assert.Contains("broken.fathom", Assert.Throws<FathomException>(() => FittedDetectorSet.Load(path)).Message, StringComparison.Ordinal);
    }
}
