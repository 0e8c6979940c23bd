using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// A few tiles of queries over the keys they see, with the register tiles of the matrix product: scores = Q K^T per panel of 32 keys,
/// an online softmax per block of 64, output += P V. Order of additions: see <see cref="Scalar.ScalarAttention"/>.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe ref struct AttentionTask<T>
    where T : struct, ILanes<T>
{
    private const int Keys = KeyValueBlocks.Keys;
    private AttentionJob<T>* _job;
    private AttentionPart* _part;
    private int _head, _first, _count, _outputStride, _queryFloats;
    private float* _queries, _scores, _weights, _output, _largest, _sums, _indices;

    /// <summary>Floats of scratch that a task needs.</summary>
    public static long ScratchFloats(AttentionJob<T>* job) =>
        (long)job->MostQueries * (Padded(job->HeadDim) + 32 * job->ValuePanels + 2) + 2L * job->MostRows * Keys + Keys + 64;

    /// <summary>Computes task <paramref name="task"/> of a key/value head.</summary>
    public static void Run(AttentionJob<T>* job, AttentionPart* part, int head, int task, float* scratch)
    {
        var self = default(AttentionTask<T>);
        self._job = job;
        self._part = part;
        self._head = head;
        self._first = task * part->TilesPerTask * part->TileRows;
        self._count = Math.Min(part->TilesPerTask * part->TileRows, part->Rows * job->Group - self._first);
        self._outputStride = 32 * job->ValuePanels;
        self._queryFloats = Padded(job->HeadDim);
        self._scores = scratch;
        self._weights = self._scores + job->MostRows * Keys;
        self._indices = self._weights + job->MostRows * Keys;
        self._queries = self._indices + Keys;
        self._output = self._queries + job->MostQueries * self._queryFloats;
        self._largest = self._output + job->MostQueries * self._outputStride;
        self._sums = self._largest + job->MostQueries;
        self.Run();
    }

    private static int Padded(int headDim) => (headDim + 15) / 16 * 16;

    private readonly int Position(int query) => _part->FirstPosition + (_first + query) / _job->Group;

    // One behind the last position that a query sees.
    private readonly int End(int query) => (int)Math.Min(_part->KeyCount, Position(query) + 1L + _job->After);

    private readonly int FirstVisible(int query) => _job->Window > 0 ? Math.Max(0, Position(query) - _job->Window + 1) : 0;

    private readonly void Run()
    {
        for (var i = 0; i < Keys; i++)
        {
            _indices[i] = i;
        }

        for (var query = 0; query < _count; query++)
        {
            _largest[query] = MathConstants.NoScore;
            _sums[query] = 0f;
        }

        var height = _part->TileRows;
        for (var from = 0; from < _count; from += height)
        {
            PackQueries(from, Math.Min(height, _count - from));
        }

        for (var block = FirstVisible(0) / Keys; block <= (End(_count - 1) - 1) / Keys; block++)
        {
            for (var from = 0; from < _count; from += height)
            {
                Block(block, from, Math.Min(height, _count - from));
            }
        }

        for (var query = 0; query < _count; query++)
        {
            Finish(query);
        }
    }

    /// <summary>One block of keys for one register tile.</summary>
    private readonly void Block(int block, int from, int count)
    {
        var firstBlock = FirstVisible(from) / Keys;
        var visible = Math.Min(Keys, End(from + count - 1) - block * Keys);
        if (block < firstBlock || visible <= 0)
        {
            return;
        }

        var tile = _job->Tiles[count];
        var queries = _queries + from * _queryFloats;
        var keys = (float*)_part->Blocks[block] + _head * _job->HeadFloats;
        var values = keys + Keys * _job->HeadDim;
        tile.Run(queries, keys, _scores, Keys, _job->HeadDim, 0);
        if (visible > 32)
        {
            tile.Run(queries, keys + 32 * _job->HeadDim, _scores + 32, Keys, _job->HeadDim, 0);
        }

        var resume = block > firstBlock;
        for (var i = 0; i < count; i++)
        {
            var query = from + i;
            if (_job->SoftCap > 0f)
            {
                Cap(_scores + i * Keys, visible > 32 ? Keys : 32);
            }

            if (_part->Bias != null)
            {
                AddBias(query, block * Keys, _scores + i * Keys, visible > 32 ? Keys : 32);
            }

            Weigh(query, _scores + i * Keys, _weights + i * 16, 16 * tile.Rows, FirstVisible(query) - block * Keys, End(query) - block * Keys, visible > 32, resume);
        }

        var output = _output + from * _outputStride;
        for (var panel = 0; panel < _job->ValuePanels; panel++)
        {
            tile.Run(_weights, values + panel * Keys * 32, output + panel * 32, _outputStride, visible, resume ? 1 : 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Cap(float* scores, int keys)
    {
        var cap = T.Broadcast(_job->SoftCap);
        for (var j = 0; j < keys; j += 16)
        {
            T.Store(NumberMath<T>.SoftCap(T.Load(scores + j), cap), scores + j);
        }
    }

    // Scores are powers of two here, so the bias is turned into one as well; what it holds for hidden keys is never looked at.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddBias(int query, int firstKey, float* scores, int keys)
    {
        var at = _first + query;
        var bias = _part->Bias + (_head * _job->Group + at % _job->Group) * _part->BiasHead + at / _job->Group * _part->BiasRow + firstKey;
        var toPowersOfTwo = T.Broadcast(MathConstants.Log2E);
        for (var j = 0; j < keys; j += 16)
        {
            T.Store(T.Fma(T.Load(bias + j), toPowersOfTwo, T.Load(scores + j)), scores + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PackQueries(int first, int count)
    {
        var headDim = _job->HeadDim;
        var height = _job->Tiles[count].Rows;
        var scale = T.Broadcast(_job->Scale);
        for (var i = 0; i < height; i++)
        {
            // Rows beyond the tile's queries repeat the last one; nobody reads what comes of them.
            var at = _first + first + Math.Min(i, count - 1);
            var from = _job->Q + (long)(_part->FirstRow + at / _job->Group) * _job->QStride + (_head * _job->Group + at % _job->Group) * headDim;
            var to = _queries + first * _queryFloats + i * 16;
            var d = 0;
            for (; d <= headDim - 16; d += 16, to += 16 * height)
            {
                T.Store(T.Multiply(T.Load(from + d), scale), to);
            }

            for (var k = 0; d + k < headDim; k++)
            {
                to[k] = from[d + k] * _job->Scale;
            }
        }
    }

    /// <summary>Turns a query's scores of a block into weights; keys from..to are visible.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Weigh(int query, float* scores, float* weights, int stride, int from, int to, bool both, bool resume)
    {
        var hidden = T.Broadcast(float.NegativeInfinity);
        var s0 = T.Load(scores);
        var s1 = T.Load(scores + 16);
        var s2 = both ? T.Load(scores + 32) : hidden;
        var s3 = both ? T.Load(scores + 48) : hidden;
        if (from > 0 || to < (both ? 64 : 32))
        {
            var lowest = T.Broadcast(from);
            var end = T.Broadcast(to);
            s0 = Hide(s0, T.Load(_indices), lowest, end, hidden);
            s1 = Hide(s1, T.Load(_indices + 16), lowest, end, hidden);
            s2 = Hide(s2, T.Load(_indices + 32), lowest, end, hidden);
            s3 = Hide(s3, T.Load(_indices + 48), lowest, end, hidden);
        }

        var before = _largest[query];
        var highest = T.Larger(T.Larger(s0, s1), T.Larger(T.Broadcast(before), both ? T.Larger(s2, s3) : hidden));
        var largest = T.FoldLargest(highest);
        var top = T.Broadcast(largest);
        s0 = LaneMath<T>.Exp2NonPositive(T.Subtract(s0, top));
        s1 = LaneMath<T>.Exp2NonPositive(T.Subtract(s1, top));
        T.Store(s0, weights);
        T.Store(s1, weights + stride);
        var sums = T.Add(s0, s1);
        if (both)
        {
            s2 = LaneMath<T>.Exp2NonPositive(T.Subtract(s2, top));
            s3 = LaneMath<T>.Exp2NonPositive(T.Subtract(s3, top));
            T.Store(s2, weights + 2 * stride);
            T.Store(s3, weights + 3 * stride);
            sums = T.Add(sums, T.Add(s2, s3));
        }

        var sum = T.Fold(sums);
        if (largest == before)
        {
            // 2^0 is exactly 1, and multiplying by it changes nothing; the maximum seldom moves after the first blocks.
            _sums[query] += sum;
            return;
        }

        var shrink = Scalar.ScalarMath.Exp2NonPositive(before - largest);
        _largest[query] = largest;
        _sums[query] = MathF.FusedMultiplyAdd(_sums[query], shrink, sum);
        if (resume)
        {
            var factor = T.Broadcast(shrink);
            var output = _output + query * _outputStride;
            for (var d = 0; d < _outputStride; d += 16)
            {
                T.Store(T.Multiply(T.Load(output + d), factor), output + d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Hide(T scores, T indices, T lowest, T end, T hidden) =>
        T.SelectLess(indices, lowest, hidden, T.SelectLess(indices, end, scores, hidden));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Finish(int query)
    {
        var headDim = _job->HeadDim;
        var at = _first + query;
        var to = _job->Y + (long)(_part->FirstRow + at / _job->Group) * _job->YStride + (_head * _job->Group + at % _job->Group) * headDim;
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

        if (_job->LogSums != null)
        {
            var heads = _job->Group * _job->KeyValueHeads;
            _job->LogSums[(long)(_part->FirstRow + at / _job->Group) * heads + _head * _job->Group + at % _job->Group] = Scalar.ScalarAttention.LogSum(_largest[query], _sums[query]);
        }
    }
}
