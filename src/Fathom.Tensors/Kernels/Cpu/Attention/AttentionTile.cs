using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// One tile of queries over the keys they see, with the register tiles of the matrix product: scores = Q K^T per panel of 32 keys,
/// an online softmax per block of 64, output += P V. Order of additions: see <see cref="Scalar.ScalarAttention"/>.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe ref struct AttentionTile<T>
    where T : struct, ILanes<T>
{
    private const int Keys = KeyValueBlocks.Keys;
    private AttentionJob<T>* _job;
    private AttentionPart* _part;
    private GemmKernels.Tile _tile;
    private int _first, _count, _height, _outputStride;
    private float* _queries, _scores, _weights, _output, _largest, _sums, _shrink, _indices;

    /// <summary>Floats of scratch that <see cref="Run"/> needs.</summary>
    public static long ScratchFloats(AttentionJob<T>* job) =>
        (long)job->MostRows * ((job->HeadDim + 15) / 16 * 16 + 2 * Keys + 32 * job->ValuePanels) + 3 * 16 + Keys;

    /// <summary>Computes tile <paramref name="tile"/> of a key/value head.</summary>
    public static void Run(AttentionJob<T>* job, AttentionPart* part, int head, int tile, float* scratch)
    {
        var self = default(AttentionTile<T>);
        self._job = job;
        self._part = part;
        self._first = tile * part->TileRows;
        self._count = Math.Min(part->TileRows, part->Rows * job->Group - self._first);
        self._tile = job->Tiles[self._count];
        self._height = self._tile.Rows;
        self._outputStride = 32 * job->ValuePanels;
        self._queries = scratch;
        self._scores = self._queries + job->MostRows * ((job->HeadDim + 15) / 16 * 16);
        self._weights = self._scores + job->MostRows * Keys;
        self._output = self._weights + job->MostRows * Keys;
        self._largest = self._output + job->MostRows * self._outputStride;
        self._sums = self._largest + 16;
        self._shrink = self._sums + 16;
        self._indices = self._shrink + 16;
        self.AllKeys(head);
    }

    private readonly int Position(int query) => _part->FirstPosition + (_first + query) / _job->Group;

    private readonly int FirstVisible(int query) => _job->Window > 0 ? Math.Max(0, Position(query) - _job->Window + 1) : 0;

    private readonly void AllKeys(int head)
    {
        PackQueries(head);
        for (var i = 0; i < _height; i++)
        {
            _largest[i] = MathConstants.NoScore;
            _sums[i] = 0f;
        }

        for (var i = 0; i < Keys; i++)
        {
            _indices[i] = i;
        }

        var last = Position(_count - 1);
        var firstBlock = FirstVisible(0) / Keys;
        for (var block = firstBlock; block <= last / Keys; block++)
        {
            var keys = (float*)_part->Blocks[block] + head * _job->HeadFloats;
            var values = keys + Keys * _job->HeadDim;
            var visible = Math.Min(Keys, last + 1 - block * Keys);
            _tile.Run(_queries, keys, _scores, Keys, _job->HeadDim, 0);
            if (visible > 32)
            {
                _tile.Run(_queries, keys + 32 * _job->HeadDim, _scores + 32, Keys, _job->HeadDim, 0);
            }

            for (var query = 0; query < _count; query++)
            {
                var from = FirstVisible(query) - block * Keys;
                var to = Position(query) + 1 - block * Keys;
                Weigh(query, from, to, visible > 32 ? 4 : 2, block > firstBlock);
            }

            for (var panel = 0; panel < _job->ValuePanels; panel++)
            {
                _tile.Run(_weights, values + panel * Keys * 32, _output + panel * 32, _outputStride, visible, block > firstBlock ? 1 : 0);
            }
        }

        for (var query = 0; query < _count; query++)
        {
            Finish(query, head);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PackQueries(int head)
    {
        var headDim = _job->HeadDim;
        for (var query = 0; query < _height; query++)
        {
            // Rows beyond the tile's queries repeat the last one; nobody reads what comes of them.
            var at = _first + Math.Min(query, _count - 1);
            var from = _job->Q + (long)(_part->FirstRow + at / _job->Group) * _job->QStride + (head * _job->Group + at % _job->Group) * headDim;
            var to = _queries + query * 16;
            var scale = T.Broadcast(_job->Scale);
            var d = 0;
            for (; d <= headDim - 16; d += 16, to += 16 * _height)
            {
                T.Store(T.Multiply(T.Load(from + d), scale), to);
            }

            for (var i = 0; d + i < headDim; i++)
            {
                to[i] = from[d + i] * _job->Scale;
            }
        }
    }

    /// <summary>Turns the scores of a block into weights; keys from..to are visible.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Weigh(int query, int from, int to, int vectors, bool resume)
    {
        var hidden = T.Broadcast(float.NegativeInfinity);
        var scores = _scores + query * Keys;
        var s0 = T.Load(scores);
        var s1 = T.Load(scores + 16);
        var s2 = vectors == 4 ? T.Load(scores + 32) : hidden;
        var s3 = vectors == 4 ? T.Load(scores + 48) : hidden;
        if (from > 0 || to < 16 * vectors)
        {
            var lowest = T.Broadcast(from);
            var highest = T.Broadcast(to);
            var i = T.Load(_indices);
            s0 = T.SelectLess(i, lowest, hidden, T.SelectLess(i, highest, s0, hidden));
            i = T.Load(_indices + 16);
            s1 = T.SelectLess(i, lowest, hidden, T.SelectLess(i, highest, s1, hidden));
            i = T.Load(_indices + 32);
            s2 = T.SelectLess(i, lowest, hidden, T.SelectLess(i, highest, s2, hidden));
            i = T.Load(_indices + 48);
            s3 = T.SelectLess(i, lowest, hidden, T.SelectLess(i, highest, s3, hidden));
        }

        var before = _largest[query];
        var largest = T.FoldLargest(T.SelectLess(s0, s1, s1, s0));
        largest = largest > before ? largest : before;
        var other = T.FoldLargest(T.SelectLess(s2, s3, s3, s2));
        largest = other > largest ? other : largest;
        var top = T.Broadcast(largest);
        s0 = LaneMath<T>.Exp2NonPositive(T.Subtract(s0, top));
        s1 = LaneMath<T>.Exp2NonPositive(T.Subtract(s1, top));
        var to0 = _weights + query * 16;
        T.Store(s0, to0);
        T.Store(s1, to0 + 16 * _height);
        var sums = T.Add(s0, s1);
        if (vectors == 4)
        {
            s2 = LaneMath<T>.Exp2NonPositive(T.Subtract(s2, top));
            s3 = LaneMath<T>.Exp2NonPositive(T.Subtract(s3, top));
            T.Store(s2, to0 + 32 * _height);
            T.Store(s3, to0 + 48 * _height);
            sums = T.Add(sums, T.Add(s2, s3));
        }

        var shrink = Scalar.ScalarMath.Exp2NonPositive(before - largest);
        _largest[query] = largest;
        _sums[query] = MathF.FusedMultiplyAdd(_sums[query], shrink, T.Fold(sums));

        // Multiplying by one changes nothing, and the maximum seldom moves after the first blocks.
        if (resume && shrink != 1f)
        {
            var factor = T.Broadcast(shrink);
            var output = _output + query * _outputStride;
            for (var d = 0; d < _outputStride; d += 16)
            {
                T.Store(T.Multiply(T.Load(output + d), factor), output + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Finish(int query, int head)
    {
        var headDim = _job->HeadDim;
        var at = _first + query;
        var to = _job->Y + (long)(_part->FirstRow + at / _job->Group) * _job->YStride + (head * _job->Group + at % _job->Group) * headDim;
        var output = _output + query * _outputStride;
        var sum = T.Broadcast(_sums[query]);
        var zero = T.Broadcast(0f);
        var d = 0;
        for (; d <= headDim - 16; d += 16)
        {
            // Adding zero makes a negative zero positive: the only trace a hidden key could leave.
            T.Store(T.Add(T.Divide(T.Load(output + d), sum), zero), to + d);
        }

        for (; d < headDim; d++)
        {
            to[d] = output[d] / _sums[query] + 0f;
        }
    }
}
