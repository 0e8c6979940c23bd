namespace Fathom.Tokenizers.Patterns;

/// <summary>Turns a parsed regular expression into instructions.</summary>
internal sealed class RegexCompiler
{
    private const int MostInstructions = 20_000;
    private readonly string _source;
    private readonly List<RegexInstruction> _code = [];

    private RegexCompiler(string source) => _source = source;

    /// <summary>Number of position registers in use.</summary>
    private int Registers { get; set; }

    /// <summary>Compiles a tree.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="source">The expression's text, for messages.</param>
    /// <param name="registers">Number of position registers needed.</param>
    public static RegexInstruction[] Compile(RegexNode root, string source, out int registers)
    {
        var compiler = new RegexCompiler(source);
        compiler.Add(root);
        compiler.Emit(new RegexInstruction(RegexOp.Match));
        registers = compiler.Registers;
        return [.. compiler._code];
    }

    private int Emit(RegexInstruction instruction)
    {
        if (_code.Count >= MostInstructions)
            throw new FathomException($"The regular expression '{_source}' is too large: more than {MostInstructions} steps. Lower its counts.");
        _code.Add(instruction);
        return _code.Count - 1;
    }

    private void Aim(int at) => _code[at] = _code[at] with { A = _code.Count };

    private void Add(RegexNode node)
    {
        switch (node.Kind)
        {
            case RegexKind.Class:
                Emit(new RegexInstruction(RegexOp.Class, Class: node.Class));
                break;
            case RegexKind.Sequence:
                foreach (var child in node.Children)
                    Add(child);
                break;
            case RegexKind.Alternation:
                AddAlternation(node);
                break;
            case RegexKind.Repeat:
                AddRepeat(node);
                break;
            case RegexKind.Atomic when node.Children[0] is { Kind: RegexKind.Repeat, Lazy: false } run && run.Children[0].Kind == RegexKind.Class:
                Emit(new RegexInstruction(RegexOp.RunForGood, run.Min, run.Max, run.Children[0].Class));
                break;
            case RegexKind.Atomic:
                AddNested(RegexOp.Atomic, node);
                break;
            case RegexKind.LookAhead:
                AddNested(RegexOp.LookAhead, node);
                break;
            case RegexKind.LookBehind:
                AddNested(RegexOp.LookBehind, node);
                break;
            case RegexKind.Anchor:
                Emit(new RegexInstruction(RegexOp.Anchor, (int)node.Anchor));
                break;
            default:
                break;
        }
    }

    private void AddNested(RegexOp op, RegexNode node)
    {
        var start = Emit(new RegexInstruction(op, B: node.Negative ? 1 : 0));
        Add(node.Children[0]);
        Emit(new RegexInstruction(RegexOp.Match));
        Aim(start);
    }

    private void AddAlternation(RegexNode node)
    {
        var ends = new List<int>();
        for (var i = 0; i < node.Children.Length; i++)
        {
            if (i == node.Children.Length - 1)
            {
                Add(node.Children[i]);
                break;
            }

            var split = Emit(new RegexInstruction(RegexOp.Split) { First = node.Children[i].FirstAscii });
            Add(node.Children[i]);
            ends.Add(Emit(new RegexInstruction(RegexOp.Jump)));
            Aim(split);
        }

        foreach (var end in ends)
            Aim(end);
    }

    private void AddRepeat(RegexNode node)
    {
        var child = node.Children[0];
        if (child.Kind == RegexKind.Class && !node.Lazy)
        {
            Emit(new RegexInstruction(RegexOp.Run, node.Min, node.Max, child.Class));
            return;
        }

        for (var i = 0; i < node.Min; i++)
            Add(child);
        var op = node.Lazy ? RegexOp.SplitLater : RegexOp.Split;
        if (node.Max == int.MaxValue)
        {
            var start = Emit(new RegexInstruction(op));
            var register = -1;
            if (child.CanBeEmpty)
                Emit(new RegexInstruction(RegexOp.Mark, register = Registers++));
            Add(child);
            if (register >= 0)
                Emit(new RegexInstruction(RegexOp.Progress, register));
            Emit(new RegexInstruction(RegexOp.Jump, start));
            Aim(start);
            return;
        }

        var splits = new List<int>();
        for (var i = node.Min; i < node.Max; i++)
        {
            splits.Add(Emit(new RegexInstruction(op)));
            Add(child);
        }

        foreach (var split in splits)
            Aim(split);
    }
}
