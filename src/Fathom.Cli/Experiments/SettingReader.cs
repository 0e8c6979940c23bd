using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Evaluation;
using Fathom.Tensors;

namespace Fathom.Cli.Experiments;

/// <summary>Reads the files of a setting once and draws the rows of every seed.</summary>
internal sealed class SettingReader
{
    private const string UnknownClasses = "unknown_classes";
    private readonly KnownTexts _known;
    private readonly ExperimentText[] _train;
    private readonly ExperimentText[] _fit;
    private readonly ExperimentText[] _test;
    private readonly string[]? _classes;
    private readonly (string Name, IReadOnlyList<ExperimentText> Texts)[] _foreign;

    /// <summary>Reads all files.</summary>
    /// <exception cref="FathomException">A file cannot be read or lacks a field.</exception>
    public SettingReader(OodExperiment experiment, CancellationToken stop)
    {
        _known = experiment.InDistribution;
        _fit = Read(_known.Fit, stop);
        if (_known.Test is { } test)
        {
            _test = Read(test, stop);
        }
        else
        {
            var split = IdSplit.Of(_fit.Length);
            (_fit, _test) = ([.. _fit.Where((_, i) => split.IsFit(i))], [.. _fit.Where((_, i) => !split.IsFit(i))]);
        }

        _train = _known.Train is { } train ? Read(train, stop) : _fit;
        _classes = _known.Classes is { } classes ? ClassesOf(classes) : null;
        _foreign = [.. experiment.OutOfDistribution.Select((set, i) => (set.Name, (IReadOnlyList<ExperimentText>)Read(set, i, stop)))];
    }

    /// <summary>The files that were read.</summary>
    public static IReadOnlyList<string> Files(OodExperiment experiment) =>
        [.. new[] { experiment.InDistribution.Train, experiment.InDistribution.Fit, experiment.InDistribution.Test, experiment.InDistribution.Classes?.File }
            .Concat(experiment.OutOfDistribution.SelectMany(set => set.Files)).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The rows of one seed.</summary>
    /// <exception cref="FathomException">A drawn class has no row.</exception>
    public SeedSetting Draw(int seed)
    {
        var (train, fit, test) = (_train, _fit, _test);
        var foreign = _foreign.ToList();
        string[] known = [];
        if (_classes is not null)
        {
            known = [.. NearOodSplits.Classes(_classes, seed).Known];
            var set = known.ToHashSet(StringComparer.Ordinal);
            var all = _classes.ToHashSet(StringComparer.Ordinal);
            foreign.Insert(0, (UnknownClasses, [.. test.Where(row => all.Contains(row.Label!) && !set.Contains(row.Label!))]));
            (train, fit, test) = (OfClasses(train, set), OfClasses(fit, set), OfClasses(test, set));
            var missing = known.FirstOrDefault(name => !fit.Any(row => row.Label == name));
            if (missing is not null) throw new FathomException($"{_known.Fit}: no row of class '{missing}', which seed {seed} draws as known");
        }

        if (_known.Shots is { } shots) (train, fit) = (FewShot(train, shots, seed), FewShot(fit, shots, seed));
        if (test.Length == 0) throw new FathomException($"{_known.Test ?? _known.Fit}: no row to test on with seed {seed}");
        return new SeedSetting(seed, train, fit, test, foreign, known);
    }

    private static ExperimentText[] OfClasses(ExperimentText[] rows, HashSet<string> classes) => [.. rows.Where(row => classes.Contains(row.Label!))];

    private static ExperimentText[] FewShot(ExperimentText[] rows, int shots, int seed)
    {
        var few = rows.GroupBy(row => row.Label!, StringComparer.Ordinal).FirstOrDefault(group => group.Count() < shots);
        if (few is not null) throw new FathomException($"in_distribution.shots: {shots} rows a class, but class '{few.Key}' has {few.Count()}");
        return [.. NearOodSplits.FewShot([.. rows.Select(row => row.Label!)], shots, seed).Select(place => rows[place])];
    }

    private ExperimentText[] Read(string file, CancellationToken stop)
    {
        var options = new DataOptions
        {
            Format = _known.Format,
            TextField = _known.TextField,
            LabelField = _known.LabelField,
            AnswerField = _known.AnswerField,
            Trim = _known.Trim,
            OnMalformed = _known.SkipMalformed ? static _ => { } : null,
        };
        var rows = Rows(file, options, label => (string?)_known.Rename[label] ?? label, stop);
        if (_known.Labels.FirstOrDefault(label => !rows.Any(row => row.Label == label)) is { } absent) throw new FathomException($"{file}: no row of class '{absent}', which in_distribution.labels names");
        return Sampled(_known.Labels.Count == 0 ? rows : OfClasses(rows, [.. _known.Labels]), _known.Sample, 0);
    }

    private static ExperimentText[] Read(ForeignTexts set, int place, CancellationToken stop)
    {
        var options = new DataOptions
        {
            Format = set.Format,
            TextField = set.TextField,
            LabelField = set.LabelField,
            Trim = set.Trim,
            OnMalformed = set.SkipMalformed ? static _ => { } : null,
        };
        var rows = set.Files.SelectMany(file => Rows(file, options, static label => label, stop));
        if (set.Labels.Count > 0) rows = rows.Where(row => row.Label is { } label && set.Labels.Contains(label, StringComparer.Ordinal));
        var taken = Sampled([.. rows.Select(static row => row with { Label = null })], set.Sample, place + 1);
        return taken.Length > 0 ? taken : throw new FathomException($"out_of_distribution set '{set.Name}': no row has one of the labels {string.Join(", ", set.Labels)}");
    }

    private static ExperimentText[] Rows(string file, DataOptions options, Func<string, string> rename, CancellationToken stop)
    {
        var rows = new List<ExperimentText>();
        foreach (var row in DataSet.Read(file, options))
        {
            stop.ThrowIfCancellationRequested();
            rows.Add(new ExperimentText(row.Text, row.Label is { } label ? rename(label) : null, row.Answer));
        }

        return [.. rows];
    }

    // Drawn by the set's place alone, so that all seeds compare the same texts; in the order of the file.
    private static ExperimentText[] Sampled(ExperimentText[] rows, int? count, int place)
    {
        if (count is not { } wanted || wanted >= rows.Length) return rows;
        int[] order = [.. Enumerable.Range(0, rows.Length)];
        new CounterRandom(0, (ulong)place).Shuffle(order.AsSpan());
        return [.. order.Take(wanted).Order().Select(at => rows[at])];
    }

    private string[] ClassesOf(DrawnClasses classes)
    {
        if (classes.File is not { } file) return [.. _train.Select(row => row.Label ?? throw new FathomException($"{_known.Train ?? _known.Fit}: a row has no label; name the field with in_distribution.label_field")).Distinct(StringComparer.Ordinal)];
        try
        {
            var groups = JsonNode.Parse(File.ReadAllBytes(file)) as JsonObject ?? throw new FathomException($"{file}: expected an object of groups of classes");
            var group = groups[classes.Group ?? ""] as JsonArray ?? throw new FathomException($"{file}: no group '{classes.Group}'; there are {string.Join(", ", groups.Select(pair => pair.Key))}");
            return [.. group.Select(name => (string)name!).Select(name => (string?)_known.Rename[name] ?? name)];
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FathomException($"{file}: is not an object of lists of class names: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }
}
