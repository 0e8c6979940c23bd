namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal enum TokenKind
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    RawBegin,
    RawEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    EndOfTemplate,
}
