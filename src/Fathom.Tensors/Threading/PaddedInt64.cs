using System.Runtime.InteropServices;

namespace Fathom.Tensors.Threading;

/// <summary>A number alone on its cache lines, so that threads that write it do not slow those that read its neighbours.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedInt64
{
    /// <summary>The number.</summary>
    [FieldOffset(128)]
    public long Value;
}
