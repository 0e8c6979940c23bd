namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Reads the grammar of jinja2 3.1 with the loop controls and the <c>generation</c> tag; messages and lines are the reference's.</summary>
internal sealed partial class Parser
{
    private const int MaxDepth = 150;

    private readonly TokenStream _stream;
    private readonly NameCollector _names = new();
    private readonly Stack<string[]> _endTags = new();
    private readonly Stack<string> _openTags = new();
    private readonly Dictionary<string, BlockStatement> _blocks = new(StringComparer.Ordinal);
    private int _depth;

    private Parser(TokenStream stream) => _stream = stream;

    /// <summary>Where the tag being read begins in the lexer's source.</summary>
    public int TagStart { get; private set; } = -1;

    /// <summary>Parses and checks a template. <paramref name="tagStart"/> says where the last tag begun lies, also when this throws.</summary>
    public static SyntaxTree Parse(Lexer lexer, ref int tagStart)
    {
        Parser? parser = null;
        try
        {
            parser = new Parser(new TokenStream(lexer));
            var body = parser.ParseUntil(null);
            var tree = new SyntaxTree(body, parser._blocks);
            tree.Check();
            return tree;
        }
        finally
        {
            tagStart = parser?.TagStart ?? -1;
        }
    }

    private Statement[] ParseBody(string[] ends, bool dropEnd = false)
    {
        _stream.SkipOperator(":");
        _stream.Expect(TokenKind.BlockEnd);
        var body = ParseUntil(ends);
        if (_stream.AtEnd) throw UnknownTag(null, _stream.Current.Line);
        if (dropEnd) _stream.Advance();
        return body;
    }

    private Statement[] ParseUntil(string[]? ends)
    {
        Deepen();
        var body = new List<Statement>();
        if (ends is not null) _endTags.Push(ends);
        while (!_stream.AtEnd)
        {
            var token = _stream.Current;
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new TextStatement(token.Text) { Line = token.Line });
                    _stream.Advance();
                    break;
                case TokenKind.VariableBegin:
                    TagStart = token.Position;
                    _stream.Advance();
                    var expression = ParseTuple(withCondition: true);
                    body.Add(new OutputStatement(expression) { Line = expression.Line, Start = token.Position });
                    _stream.Expect(TokenKind.VariableEnd);
                    break;
                default:
                    TagStart = token.Position;
                    _stream.Advance();
                    if (ends is not null && Array.Exists(ends, _stream.Current.IsName))
                    {
                        _endTags.Pop();
                        _depth--;
                        return [.. body];
                    }

                    body.Add(ParseStatement(token.Position));
                    _stream.Expect(TokenKind.BlockEnd);
                    break;
            }
        }

        // The tags still looked for stay on the stack: the message at the end of the template names them.
        _depth--;
        return [.. body];
    }

    private void Deepen()
    {
        if (++_depth > MaxDepth) throw Errors.Syntax($"more than {MaxDepth} expressions or blocks within each other", _stream.Current.Line);
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Errors.Recursion();
    }

    private TemplateException UnknownTag(string? name, int line)
    {
        var message = name is null ? "Unexpected end of template." : $"Encountered unknown tag {PythonText.Repr(name)}.";
        if (_endTags.TryPeek(out var wanted))
        {
            var looking = string.Join(" or ", wanted.Select(PythonText.Repr));
            message += name is not null && _endTags.Any(tags => tags.Contains(name, StringComparer.Ordinal))
                ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {looking}."
                : $" Jinja was looking for the following tags: {looking}.";
        }

        if (_openTags.TryPeek(out var open)) message += $" The innermost block that needs to be closed is {PythonText.Repr(open)}.";
        return Errors.Syntax(message, line);
    }
}
