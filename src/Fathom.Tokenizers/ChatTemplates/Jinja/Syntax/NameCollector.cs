namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>
/// Notes which names a body reads, so that <c>loop</c>, <c>varargs</c>, <c>kwargs</c> and <c>caller</c> are offered only to
/// bodies that ask for them, as the reference does (a macro without <c>kwargs</c> refuses unknown keywords).
/// </summary>
internal sealed class NameCollector
{
    private readonly Stack<HashSet<string>> _open = new();

    public void Begin() => _open.Push(new HashSet<string>(StringComparer.Ordinal));

    public void Read(string name)
    {
        if (_open.TryPeek(out var names)) names.Add(name);
    }

    public HashSet<string> End()
    {
        var names = _open.Pop();
        if (_open.TryPeek(out var outer)) outer.UnionWith(names);
        return names;
    }
}
