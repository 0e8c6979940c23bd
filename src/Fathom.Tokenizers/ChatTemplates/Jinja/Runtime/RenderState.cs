namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>One rendering: its variables, its place in the template, what it may still use.</summary>
internal sealed class RenderState
{
    private readonly Dictionary<string, Value> _variables;
    private readonly List<GenerationSpan> _generation = [];
    private readonly int _maxDepth;
    private readonly Budget _budget;
    private int _depth;
    private int _lineBefore = 1;
    private uint _randomState;
    private bool _failed;

    public RenderState(SyntaxTree tree, Dictionary<string, Value> variables, TimeProvider clock, TemplateLimits limits, Budget budget)
    {
        Tree = tree;
        _variables = variables;
        Clock = clock;
        _maxDepth = limits.MaxCallDepth;
        _budget = budget;
        RootFrame = new Frame(null, Output);
    }

    public SyntaxTree Tree { get; }

    public TimeProvider Clock { get; }

    public OutputBuffer Output { get; } = new();

    public Frame RootFrame { get; }

    public bool Autoescape { get; set; }

    public int Line { get; private set; } = 1;

    public int Start { get; private set; } = -1;

    public IReadOnlyList<GenerationSpan> Generation => _generation;

    public void Step() => _budget.Step();

    public void At(int line, int start)
    {
        _lineBefore = Line;
        Line = line;
        Start = start;
    }

    public Value? FindGlobal(string name) => _variables.TryGetValue(name, out var value) ? value : Globals.Find(name, this);

    /// <summary>Goes back to the line before: the reference checks the target of an assignment before it notes the statement's line.</summary>
    public void StepBack() => Line = _lineBefore;

    public CallScope EnterCall()
    {
        if (++_depth > _maxDepth) throw Errors.Recursion();
        return new CallScope(this, Line, Start);
    }

    /// <summary>Marks that an error passes, so that the innermost place is kept while calls are left.</summary>
    public void Fail() => _failed = true;

    public void LeaveCall(int line, int start)
    {
        _depth--;
        if (!_failed) At(line, start);
    }

    public void Print(Frame frame, Value value) => frame.Output.Append(Autoescape ? Markup.Escape(value).Text : value.ToText());

    public void AddGeneration(string text)
    {
        var units = 0;
        var points = PythonText.CodePointCount(text);
        units = text.Length;
        var start = Output.CodePoints();
        var startUtf16 = Output.Length;
        _generation.Add(new GenerationSpan(start, start + points, startUtf16, startUtf16 + units));
    }

    /// <summary>The next of a fixed sequence of numbers: a template renders the same text every time.</summary>
    public int NextRandom(int below)
    {
        _randomState = (_randomState * 1664525u) + 1013904223u;
        return (int)((ulong)_randomState * (ulong)below >> 32);
    }
}
