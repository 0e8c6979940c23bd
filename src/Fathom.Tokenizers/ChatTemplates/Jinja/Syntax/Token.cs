using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>One token. <see cref="Text"/> is the name, the operator, the decoded string or the template's data; numbers carry their value, beginnings of tags their position in the source.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, BigInteger Integer = default, double Float = 0, int Position = -1)
{
    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    public bool IsOperator(string symbol) => Kind == TokenKind.Operator && Text == symbol;

    /// <summary>The words jinja2 uses for the token in its messages.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.Name or TokenKind.Operator => Text,
        _ => Describe(Kind),
    };

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.Data => "template data / text",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.EndOfTemplate => "end of template",
        TokenKind.Name => "name",
        TokenKind.String => "string",
        TokenKind.Integer => "integer",
        TokenKind.Float => "float",
        TokenKind.RawBegin => "raw_begin",
        TokenKind.RawEnd => "raw_end",
        _ => "operator",
    };
}
