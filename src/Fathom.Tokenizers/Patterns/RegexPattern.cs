using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>
/// A regular expression in the dialect of <c>tokenizer.json</c> (Oniguruma's), matched over code points by backtracking. .NET's own
/// expressions work on UTF-16 code units and with other classes of characters, so they would cut astral characters in two.
/// </summary>
internal sealed class RegexPattern : Pattern
{
    // Tokenizers' expressions give up about as often as a text has characters; this many only what grows exponentially.
    private const int MostAttempts = 10_000_000;

    [ThreadStatic]
    private static Entry[]? t_stack;

    private readonly RegexInstruction[] _code;
    private readonly int _registers;
    private readonly UInt128 _first;

    /// <summary>Parses and compiles an expression.</summary>
    /// <exception cref="FathomException">It is not valid, or uses what is not supported.</exception>
    public RegexPattern(string source)
    {
        var root = RegexParser.Parse(source);
        _code = RegexCompiler.Compile(root, source, out _registers);
        LooksLeft = root.LooksLeft;
        _first = root.CanBeEmpty ? UInt128.MaxValue : root.FirstAscii;
    }

    /// <inheritdoc/>
    public override bool LooksLeft { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        // One more than the program needs: the last counts the ways given up, so that no expression runs for ever.
        Span<int> registers = _registers < 16 ? stackalloc int[16] : new int[_registers + 1];
        registers[^1] = -(int)Math.Min(2_000_000_000, 4L * text.Length);
        for (start = from; start <= text.Length; start++)
        {
            if (start < text.Length)
            {
                var c = text[start];
                if (c < 128 && ((_first >> c) & 1) == 0)
                    continue;
                if (start > 0 && char.IsLowSurrogate(c) && char.IsHighSurrogate(text[start - 1]))
                    continue;
            }

            end = Match(text, 0, start, 0, registers, -1);
            if (end >= 0)
                return true;
        }

        end = 0;
        return false;
    }

    // Runs from an instruction and position to the end of the match; -1 when there is none. Entries of the stack above `floor` are its own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Match(ReadOnlySpan<char> text, int pc, int at, int floor, Span<int> registers, int endAt)
    {
        var stack = t_stack ??= new Entry[256];
        var top = floor;
        while (true)
        {
            ref readonly var step = ref _code[pc];
            var ok = true;
            switch (step.Op)
            {
                case RegexOp.Match:
                    if (endAt < 0 || at == endAt)
                        return at;
                    ok = false;
                    break;
                case RegexOp.Class:
                    ok = at < text.Length && step.Class!.Contains(CodePoints.At(text, at, out var units)) && Advance(ref at, units);
                    pc++;
                    break;
                case RegexOp.Run:
                case RegexOp.RunForGood:
                    ok = TakeRun(text, in step, ref at, out var least);
                    pc++;
                    if (ok && step.Op == RegexOp.Run && at > least)
                    {
                        Push(ref stack, ref top, new Entry(pc, at, least));
                    }

                    break;
                case RegexOp.Split:
                    if (at < text.Length && text[at] < 128 && ((step.First >> text[at]) & 1) == 0)
                    {
                        pc = step.A;
                        break;
                    }

                    Push(ref stack, ref top, new Entry(step.A, at, at));
                    pc++;
                    break;
                case RegexOp.SplitLater:
                    Push(ref stack, ref top, new Entry(pc + 1, at, at));
                    pc = step.A;
                    break;
                case RegexOp.Jump:
                    pc = step.A;
                    break;
                case RegexOp.Anchor:
                    ok = Holds((RegexAnchor)step.A, text, at);
                    pc++;
                    break;
                case RegexOp.LookAhead:
                    ok = Match(text, pc + 1, at, top, registers, -1) >= 0 == (step.B == 0);
                    stack = t_stack!;
                    pc = step.A;
                    break;
                case RegexOp.LookBehind:
                    ok = MatchesBefore(text, pc + 1, at, top, registers) == (step.B == 0);
                    stack = t_stack!;
                    pc = step.A;
                    break;
                case RegexOp.Atomic:
                    var end = Match(text, pc + 1, at, top, registers, -1);
                    stack = t_stack!;
                    ok = end >= 0;
                    at = end;
                    pc = step.A;
                    break;
                case RegexOp.Mark:
                    Push(ref stack, ref top, new Entry(-1 - step.A, registers[step.A], 0));
                    registers[step.A] = at;
                    pc++;
                    break;
                default:
                    ok = registers[step.A] != at;
                    pc++;
                    break;
            }

            if (!ok && !Back(text, stack, ref top, floor, registers, out pc, out at))
                return -1;
        }
    }

    private static bool Back(ReadOnlySpan<char> text, Entry[] stack, ref int top, int floor, Span<int> registers, out int pc, out int at)
    {
        if (++registers[^1] > MostAttempts)
            throw TooManyAttempts();
        while (top > floor)
        {
            ref var entry = ref stack[top - 1];
            pc = entry.Pc;
            at = entry.At;
            if (pc < 0)
            {
                // An undone loop turn: the register gets its former position back.
                registers[-1 - pc] = at;
                top--;
                continue;
            }

            if (entry.Least == at)
            {
                top--;
                return true;
            }

            // A run gives back its last character.
            CodePoints.Before(text, at, out var units);
            at -= units;
            entry.At = at;
            if (at <= entry.Least)
                top--;
            return true;
        }

        pc = at = -1;
        return false;
    }

    private static bool TakeRun(ReadOnlySpan<char> text, in RegexInstruction step, ref int at, out int least)
    {
        var characters = step.Class!;
        least = at;
        var count = 0;
        while (count < step.B && at < text.Length)
        {
            if (!characters.Contains(CodePoints.At(text, at, out var units)))
                break;
            at += units;
            if (++count <= step.A)
                least = at;
        }

        return count >= step.A;
    }

    private static bool Advance(ref int at, int units)
    {
        at += units;
        return true;
    }

    private bool MatchesBefore(ReadOnlySpan<char> text, int pc, int at, int floor, Span<int> registers)
    {
        for (var start = at; start >= 0; start--)
        {
            if (Match(text, pc, start, floor, registers, at) >= 0)
                return true;
        }

        return false;
    }

    private static bool Holds(RegexAnchor anchor, ReadOnlySpan<char> text, int at) => anchor switch
    {
        RegexAnchor.LineStart => at == 0 || (text[at - 1] == '\n' && at < text.Length),
        RegexAnchor.LineEnd => at == text.Length || text[at] == '\n',
        RegexAnchor.TextStart => at == 0,
        RegexAnchor.TextEnd => at == text.Length,
        RegexAnchor.TextEndOrLast => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        RegexAnchor.WordBorder => IsWordAt(text, at) != IsWordBefore(text, at),
        _ => IsWordAt(text, at) == IsWordBefore(text, at),
    };

    private static bool IsWordAt(ReadOnlySpan<char> text, int at) => at < text.Length && CodePoints.IsPatternWord(CodePoints.At(text, at, out _));

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at) => at > 0 && CodePoints.IsPatternWord(CodePoints.Before(text, at, out _));

    private static FathomException TooManyAttempts() =>
        new("A regular expression of the tokenizer needs too many attempts on this text. Simplify the expression or cut the text.");

    private static void Push(ref Entry[] stack, ref int top, Entry entry)
    {
        if (top == stack.Length)
        {
            // Each entry is a way not yet tried; only an expression with an unbounded loop in a loop can need as many as this.
            if (top >= 1 << 24)
                throw TooManyAttempts();
            Array.Resize(ref stack, top * 2);
            t_stack = stack;
        }

        stack[top++] = entry;
    }

    // Where to go on (a negative Pc: a register to restore), the position, and for a run how far it can give back.
    [StructLayout(LayoutKind.Auto)]
    private record struct Entry(int Pc, int At, int Least);
}
