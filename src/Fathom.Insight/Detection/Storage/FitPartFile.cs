using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>
/// A part of a fit in a file: safetensors with a manifest and a checksum in its metadata, as <see cref="DetectorFile"/> has them; the
/// tensors are what every fold's accumulators have seen.
/// </summary>
internal static class FitPartFile
{
    private const string Format = "fathom-fit-part";
    private const int Version = 1;
    private const string ManifestKey = "fathom.manifest";
    private const string ChecksumKey = "fathom.sha256";

    public static void Write(string path, DetectorFitter fitter)
    {
        var bag = new TensorBag();
        for (var fold = 0; fold < fitter.Folds.Length; fold++) fitter.Folds[fold].Write($"fold{fold}", bag);
        var manifest = new JsonObject
        {
            ["format"] = Format,
            ["version"] = Version,
            ["origin"] = DetectorFile.Origin(fitter.Origin),
            ["folds"] = fitter.Folds.Length,
            ["text_characters"] = fitter.TextCharacters,
            ["detectors"] = new JsonArray([.. fitter.Definitions.Select(static definition => new JsonObject
            {
                ["name"] = definition.Name,
                ["kind"] = definition.Kind,
                ["settings"] = definition.Settings(),
            })]),
        }.ToJsonString();
        SafetensorsWriter.Save(path, bag.ToBundle(), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ManifestKey] = manifest,
            [ChecksumKey] = bag.Checksum(manifest),
        });
    }

    public static DetectorFitter Read(string path)
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

    private static DetectorFitter Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(ManifestKey, out var text) || !file.Metadata.TryGetValue(ChecksumKey, out var checksum))
        {
            throw new FathomException($"not a part of a fit (its metadata has no {ManifestKey} and {ChecksumKey}); expected what 'fathom ood fit --shard' writes");
        }

        var manifest = DetectorFile.Parse(text);
        if (manifest.Text("format") != Format) throw new FathomException($"its format is not '{Format}', which 'fathom ood fit --shard' writes");
        if (manifest.Integer("version") != Version) throw new FathomException($"it is of another version; this Fathom reads version {Version}: make the part again");
        var bag = TensorBag.From(file);
        if (bag.Checksum(text) != checksum) throw new FathomException("its checksum does not match its content: the file is damaged; make the part again");
        var origin = DetectorFile.ReadOrigin(manifest.Object("origin"));
        var definitions = new List<DetectorDefinition>();
        foreach (var entry in manifest.Objects("detectors"))
        {
            definitions.Add(DetectorFile.ReadDetector(entry));
            entry.EnsureAllRead();
        }

        var (folds, characters) = (manifest.Integer("folds"), manifest.Integer("text_characters"));
        manifest.EnsureAllRead();
        if (folds is < 1 or > 100 || characters < 0) throw new FathomException($"manifest has {folds} folds and {characters} characters of text; expected 1 to 100, and 0 or more");
        var fitter = new DetectorFitter(definitions, origin, folds, characters);
        for (var fold = 0; fold < folds; fold++) fitter.Folds[fold].Read($"fold{fold}", bag);
        return bag.Unread.FirstOrDefault() is { } extra ? throw new FathomException($"tensor '{extra}' belongs to none of its detectors") : fitter;
    }
}
