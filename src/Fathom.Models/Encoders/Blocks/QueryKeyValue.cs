using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>Makes queries, keys and values: one projection to all three, or one each.</summary>
internal sealed unsafe class QueryKeyValue
{
    private readonly Projection[] _parts;

    /// <summary>One projection whose output is queries, then keys, then values.</summary>
    public QueryKeyValue(Projection all) => _parts = [all];

    /// <summary>One projection each.</summary>
    public QueryKeyValue(Projection query, Projection key, Projection value) => _parts = [query, key, value];

    /// <summary>From x to queries, keys and values in scratch memory; addresses of floats, and the floats from row to row.</summary>
    public (nint Query, nint Key, nint Value, int Stride) Apply(EncoderPass pass, float* x, int width)
    {
        if (_parts.Length == 1)
        {
            var all = pass.Scratch.Take(3L * pass.Rows * width);
            _parts[0].Apply(pass.Kernels, x, pass.Rows, all);
            return ((nint)all, (nint)(all + width), (nint)(all + 2 * width), 3 * width);
        }

        var made = stackalloc nint[3];
        for (var i = 0; i < 3; i++)
        {
            var part = pass.Scratch.Take((long)pass.Rows * width);
            _parts[i].Apply(pass.Kernels, x, pass.Rows, part);
            made[i] = (nint)part;
        }

        return (made[0], made[1], made[2], width);
    }
}
