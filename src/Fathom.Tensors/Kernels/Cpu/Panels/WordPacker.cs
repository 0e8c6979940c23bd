using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Packs rows of 16-bit numbers into words of two: output j low, output j + 16 high.</summary>
internal static unsafe class WordPacker
{
    /// <summary>Packs a panel of 32 rows, null rows as zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(byte** rows, int depth, byte* panel)
    {
        var to = (ushort*)panel;
        for (var k0 = 0; k0 < depth; k0 += 32)
        {
            var steps = Math.Min(32, depth - k0);
            for (var j = 0; j < 32; j++)
            {
                var from = (ushort*)rows[j] + k0;
                var place = 2 * (j & 15) + (j >> 4);
                for (var k = 0; k < steps; k++)
                {
                    to[(k0 + k) * 32 + place] = rows[j] == null ? (ushort)0 : from[k];
                }
            }
        }
    }
}
