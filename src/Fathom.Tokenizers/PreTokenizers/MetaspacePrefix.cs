namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Before which pieces Metaspace puts its character.</summary>
internal enum MetaspacePrefix
{
    /// <summary>Before all that do not begin with it.</summary>
    Always,

    /// <summary>Only before the one at the very start of the text.</summary>
    First,

    /// <summary>Before none.</summary>
    Never,
}
