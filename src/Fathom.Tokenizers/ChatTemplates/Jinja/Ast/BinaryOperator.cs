namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}
