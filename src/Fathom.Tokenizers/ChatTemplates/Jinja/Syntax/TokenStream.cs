namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The tokens with one token of look-ahead, and the two ways a parser asks for them.</summary>
internal sealed class TokenStream
{
    private readonly Lexer _lexer;
    private Token? _next;

    public TokenStream(Lexer lexer)
    {
        _lexer = lexer;
        Current = Read(new Token(TokenKind.Data, "", 1));
    }

    public Token Current { get; private set; }

    public bool AtEnd => Current.Kind == TokenKind.EndOfTemplate;

    /// <summary>The token after the current one.</summary>
    public Token Look() => _next ??= Read(Current);

    /// <summary>Moves on and returns the token left behind.</summary>
    public Token Advance()
    {
        var left = Current;
        if (_next is { } next)
        {
            Current = next;
            _next = null;
        }
        else if (!AtEnd)
        {
            Current = Read(Current);
        }

        return left;
    }

    /// <summary>The end of the template counts as standing on the line where the last token begins.</summary>
    private Token Read(Token last)
    {
        var token = _lexer.Next();
        return token.Kind == TokenKind.EndOfTemplate ? token with { Line = last.Line } : token;
    }

    public bool SkipName(string name)
    {
        if (!Current.IsName(name)) return false;
        Advance();
        return true;
    }

    public bool SkipOperator(string symbol)
    {
        if (!Current.IsOperator(symbol)) return false;
        Advance();
        return true;
    }

    public Token Expect(TokenKind kind) => Current.Kind == kind ? Advance() : throw Unexpected(Token.Describe(kind));

    public Token ExpectOperator(string symbol) => Current.IsOperator(symbol) ? Advance() : throw Unexpected(symbol);

    public Token ExpectName(string name) => Current.IsName(name) ? Advance() : throw Unexpected(name);

    private TemplateException Unexpected(string wanted) => AtEnd
        ? Errors.Syntax($"unexpected end of template, expected {PythonText.Repr(wanted)}.", Current.Line)
        : Errors.Syntax($"expected token {PythonText.Repr(wanted)}, got {PythonText.Repr(Current.Describe())}", Current.Line);
}
