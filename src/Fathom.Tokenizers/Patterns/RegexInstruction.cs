using System.Runtime.InteropServices;

namespace Fathom.Tokenizers.Patterns;

/// <summary>One instruction of a compiled regular expression.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct RegexInstruction(RegexOp Op, int A = 0, int B = 0, CharClass? Class = null)
{
    /// <summary>The ASCII characters with which a way can begin, of a split.</summary>
    public UInt128 First { get; set; } = UInt128.MaxValue;
}
