namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal enum DictViewKind
{
    Keys,
    Values,
    Items,
}
