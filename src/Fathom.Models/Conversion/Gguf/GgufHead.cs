namespace Fathom.Models.Conversion;

/// <summary>Which head llama.cpp looks for in a family.</summary>
internal enum GgufHead
{
    /// <summary>One of its own, or else the embedding table.</summary>
    Either,

    /// <summary>Always the embedding table.</summary>
    Tied,

    /// <summary>Always one of its own; tied models get the table a second time.</summary>
    Own,
}
