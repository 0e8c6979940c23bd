using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Fathom.Training.Recipes;

/// <summary>A recipe's YAML with the values set above it; knows where every value stands.</summary>
internal sealed class RecipeSource
{
    private const long LongestFile = 1 << 20;
    private const int DeepestNesting = 32;
    private readonly string _file;
    private readonly HashSet<YamlNode> _set = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, YamlNode> _places = new(StringComparer.Ordinal);

    private RecipeSource(string file, YamlMappingNode root) => (_file, Root) = (file, root);

    /// <summary>The whole file.</summary>
    public YamlMappingNode Root { get; }

    /// <summary>Reads a file and puts settings above it.</summary>
    public static RecipeSource Read(string path, IReadOnlyList<string> settings)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new FathomException("the recipe's name is empty; name a YAML file, see the folder recipes");
        if (Directory.Exists(path)) throw new FathomException($"{path}: is a folder; name a recipe, a YAML file");
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile }) throw new FathomException($"{path}: is longer than {LongestFile} bytes, which no recipe is");
            var source = new RecipeSource(path, Parse(File.ReadAllText(path), path));
            foreach (var setting in settings) source.Set(setting);
            return source;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FathomException($"{path}: no such file; a recipe is a YAML file, see the folder recipes", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>Remembers where a value stands.</summary>
    public void Note(string path, YamlNode node) => _places[path] = node;

    /// <summary>An error at a value, or where it would be.</summary>
    public FathomException Wrong(string path, string what, YamlNode? node = null)
    {
        node ??= _places.GetValueOrDefault(path);
        var place = node is null ? _file : _set.Contains(node) ? "--set" : $"{_file}: line {node.Start.Line}";
        return new FathomException($"{place}: {(path.Length == 0 ? "the recipe" : path)} {what}");
    }

    private static YamlMappingNode Parse(string text, string file)
    {
        try
        {
            var stream = Load(text, file);
            if (stream.Documents.Count == 0) throw new FathomException($"{file}: is empty; a recipe is a YAML file, see the folder recipes");
            if (stream.Documents.Count != 1) throw new FathomException($"{file}: has {stream.Documents.Count} YAML documents, one was expected");
            return stream.Documents[0].RootNode as YamlMappingNode ?? throw new FathomException($"{file}: is not a mapping of keys to values");
        }
        catch (YamlException broken)
        {
            throw new FathomException($"{file}: line {broken.Start.Line}: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }

    // Read event by event before a tree is made of it: the tree's makers and readers recurse, so that depth would end the process
    // and an alias could repeat a value without end.
    private static YamlStream Load(string text, string place)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias) throw new FathomException($"{place}: line {parser.Current.Start.Line}: is an alias (*), which recipes do without; write the value out");
            depth += parser.Current!.NestingIncrease;
            if (depth > DeepestNesting) throw new FathomException($"{place}: line {parser.Current.Start.Line}: is nested deeper than {DeepestNesting} levels, which no recipe is");
        }

        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream;
    }

    private void Set(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new FathomException($"--set {setting}: expected KEY=VALUE, such as optimiser.rate=1e-4");
        var (keys, text) = (setting[..equals].Trim().Split('.'), setting[(equals + 1)..]);
        var value = Value(setting, text);
        foreach (var node in value.AllNodes) _set.Add(node);
        var at = Root;
        foreach (var key in keys[..^1])
        {
            var name = new YamlScalarNode(key);
            if (!at.Children.TryGetValue(name, out var child) || child is not YamlMappingNode)
            {
                child = new YamlMappingNode();
                _set.Add(name);
                _set.Add(child);
                at.Children[name] = child;
            }

            at = (YamlMappingNode)child;
        }

        var last = new YamlScalarNode(keys[^1]);
        _set.Add(last);
        at.Children.Remove(last);
        at.Children.Add(last, value);
    }

    private static YamlNode Value(string setting, string text)
    {
        try
        {
            var stream = Load(text, $"--set {setting}");
            return stream.Documents.Count == 1 ? stream.Documents[0].RootNode : new YamlScalarNode("");
        }
        catch (YamlException broken)
        {
            throw new FathomException($"--set {setting}: the value is not YAML: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }
}
