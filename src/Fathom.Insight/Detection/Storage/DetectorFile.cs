using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>
/// The <c>.fathom</c> format: a safetensors file whose metadata holds <c>fathom.manifest</c> (JSON) and <c>fathom.sha256</c> over the
/// manifest and every tensor; the tensors are the statistics of <see cref="StatisticKey"/> and the calibration scores. Version 2
/// added those scores, groups, the leading detector, texts and the adapter; version 1 is still read.
/// </summary>
internal static class DetectorFile
{
    public const int Version = 2;
    private const int Oldest = 1;
    private const string Format = "fathom-detectors";
    private const string ManifestKey = "fathom.manifest";
    private const string ChecksumKey = "fathom.sha256";

    public static void Write(string path, FittedDetectorSet set)
    {
        var bag = new TensorBag();
        foreach (var key in Keys(set.Detectors.Select(static detector => detector.Definition), set.KeepsTexts))
        {
            set.State.Statistics[key].Write(key.Name, bag);
        }

        foreach (var (name, scores) in set.CalibrationScores)
        {
            CalibrationJson.WriteScores(name, scores, bag);
        }

        var manifest = Manifest(set).ToJsonString();
        SafetensorsWriter.Save(path, bag.ToBundle(), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ManifestKey] = manifest,
            [ChecksumKey] = bag.Checksum(manifest),
        });
    }

    public static FittedDetectorSet Read(string path)
    {
        try
        {
            using var file = SafetensorsFile.Open(path);
            return Read(file);
        }
        catch (FathomException failure) when (!failure.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new FathomException($"{path}: {failure.Message}", failure);
        }
    }

    private static FittedDetectorSet Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(ManifestKey, out var text) || !file.Metadata.TryGetValue(ChecksumKey, out var checksum))
        {
            throw new FathomException($"not a file of fitted detectors (its metadata has no {ManifestKey} and {ChecksumKey}); expected what 'fathom ood fit' writes");
        }

        var manifest = Parse(text);
        if (manifest.Text("format") != Format) throw new FathomException($"its format is not '{Format}'");
        var version = manifest.Integer("version");
        if (version > Version) throw new FathomException($"format version {version}; this Fathom reads versions {Oldest} to {Version}: use the newer Fathom that wrote it, or fit again");
        if (version < Oldest) throw new FathomException($"format version {version}; expected {Oldest} to {Version}: the file is damaged");

        var bag = TensorBag.From(file);
        if (bag.Checksum(text) != checksum) throw new FathomException("its checksum does not match its content: the file is damaged or was edited; fit again");

        _ = manifest.Text("fathom_version");
        var origin = ReadOrigin(manifest.Object("origin"));
        var fit = manifest.Object("fit");
        var (count, hash) = (fit.Integer("count"), fit.Text("hash"));
        var texts = version > 1 && fit.Truth("texts");
        fit.EnsureAllRead();
        if (count < 1) throw new FathomException($"manifest.fit.count is {count}; expected at least 1");

        var definitions = new List<DetectorDefinition>();
        var thresholds = new Dictionary<string, Threshold>(StringComparer.Ordinal);
        var groups = new Dictionary<string, IReadOnlyDictionary<string, Threshold>>(StringComparer.Ordinal);
        var scores = new Dictionary<string, CalibrationScores>(StringComparer.Ordinal);
        foreach (var entry in manifest.Objects("detectors"))
        {
            var definition = ReadDetector(entry);
            definition.Validate(origin);
            if (definitions.Exists(other => other.Name == definition.Name)) throw new FathomException($"detector '{definition.Name}' is there twice");
            definitions.Add(definition);
            if (entry.OptionalObject("threshold") is { } threshold) thresholds.Add(definition.Name, CalibrationJson.ReadThreshold(threshold, version));
            if (version > 1)
            {
                var own = CalibrationJson.ReadGroups(entry, version);
                if (own.Count > 0) groups.Add(definition.Name, own);
                if (CalibrationJson.ReadScores(definition.Name, entry, bag) is { } kept) scores.Add(definition.Name, kept);
            }

            entry.EnsureAllRead();
        }

        var parts = new GuardParts
        {
            Thresholds = thresholds,
            GroupThresholds = groups,
            Scores = scores,
            HasTexts = texts,
            GroupField = version > 1 ? manifest.Text("group_field") : "",
            Lead = version > 1 && manifest.OptionalObject("lead") is { } lead ? ReadLead(lead) : null,
        };
        manifest.EnsureAllRead();
        if (definitions.Count == 0) throw new FathomException("it holds no detector");
        var statistics = Keys(definitions, texts).ToDictionary(static key => key, key => key.Read(bag, origin, count));
        if (bag.Unread.FirstOrDefault() is { } extra) throw new FathomException($"tensor '{extra}' belongs to none of its detectors");
        var state = new FitState(origin, count, statistics);
        return new FittedDetectorSet(state, hash, [.. definitions.Select(definition => definition.Build(state))], parts);
    }

    private static StatisticKey[] Keys(IEnumerable<DetectorDefinition> definitions, bool texts) =>
        [.. definitions.SelectMany(static definition => definition.KeptStatistics).Distinct(), .. texts ? [new TextsKey(0)] : Array.Empty<StatisticKey>()];

    public static SettingsReader Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject json ? new SettingsReader(json, "manifest") : throw new FathomException("its manifest is not a JSON object");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new FathomException("its manifest is not JSON", failure);
        }
    }

    private static JsonObject Manifest(FittedDetectorSet set) => new()
    {
        ["format"] = Format,
        ["version"] = Version,
        ["fathom_version"] = typeof(DetectorFile).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version ?? "",
        ["origin"] = Origin(set.Origin),
        ["fit"] = new JsonObject { ["count"] = set.FitCount, ["hash"] = set.FitHash, ["texts"] = set.KeepsTexts },
        ["group_field"] = set.GroupField,
        ["lead"] = set.Parts.Lead is { } lead ? new JsonObject { ["detector"] = lead.Detector, ["reason"] = lead.Reason } : null,
        ["detectors"] = new JsonArray([.. set.Detectors.Select(detector => Detector(set, detector))]),
    };

    public static JsonObject Origin(TraceOrigin origin)
    {
        var json = new JsonObject
        {
            ["model_fingerprint"] = origin.ModelFingerprint,
            ["model_name"] = origin.ModelName,
            ["layers"] = origin.Layers,
            ["width"] = origin.Width,
            ["tokenizer_fingerprint"] = origin.TokenizerFingerprint,
            ["template"] = origin.Template,
            ["text_field"] = origin.TextField,
            ["max_new_tokens"] = origin.MaxNewTokens,
            ["max_pool"] = origin.MaxPool,
        };
        if (origin.ClassTokens.Length > 0) json["class_tokens"] = origin.ClassTokens;
        if (origin.AdapterFingerprint.Length > 0) json["adapter_fingerprint"] = origin.AdapterFingerprint;
        if (origin.Trimmed) json["trimmed"] = true;
        return json;
    }

    public static TraceOrigin ReadOrigin(SettingsReader json)
    {
        var origin = new TraceOrigin
        {
            ModelFingerprint = json.Text("model_fingerprint"),
            ModelName = json.Text("model_name"),
            Layers = json.Integer("layers"),
            Width = json.Integer("width"),
            TokenizerFingerprint = json.Text("tokenizer_fingerprint"),
            Template = json.Text("template"),
            ClassTokens = json.TextOr("class_tokens", ""),
            AdapterFingerprint = json.TextOr("adapter_fingerprint", ""),
            TextField = json.Text("text_field"),
            Trimmed = json.Has("trimmed") && json.Truth("trimmed"),
            MaxNewTokens = json.Integer("max_new_tokens"),
            MaxPool = json.Integer("max_pool"),
        };
        json.EnsureAllRead();
        origin.Validate();
        return origin;
    }

    private static GuardLead ReadLead(SettingsReader json)
    {
        var lead = new GuardLead(json.Text("detector"), json.Text("reason"));
        json.EnsureAllRead();
        return lead;
    }

    private static JsonObject Detector(FittedDetectorSet set, FittedDetector detector) => new()
    {
        ["name"] = detector.Name,
        ["kind"] = detector.Definition.Kind,
        ["settings"] = detector.Definition.Settings(),
        ["threshold"] = set.Thresholds.TryGetValue(detector.Name, out var threshold) ? CalibrationJson.Of(threshold) : null,
        ["group_thresholds"] = CalibrationJson.OfGroups(set.GroupThresholds.GetValueOrDefault(detector.Name)),
        ["calibration"] = set.CalibrationScores.TryGetValue(detector.Name, out var scores) ? CalibrationJson.Of(scores) : null,
    };

    public static DetectorDefinition ReadDetector(SettingsReader json)
    {
        var settings = json.Object("settings");
        var definition = DetectorRegistry.Read(json.Text("kind"), json.Text("name"), settings);
        settings.EnsureAllRead();
        return definition;
    }
}
