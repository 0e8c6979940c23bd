using System.Runtime.CompilerServices;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// The way back through one query head of one segment with the register tiles of the matrix product. Everything is computed turned,
/// keys down and 32 queries across, so that the weights come out in the forms the next products read: S^T = K Q^T and dP^T = V dY^T;
/// P = 2^(S - log sum), dS = P (dP - dy.y); dV += P^T dY, dK += dS^T Q, dQ^T += K^T dS^T. Every sum runs over its queries or keys in
/// their order, whatever the tiles. Order of additions: see <see cref="Scalar.ScalarAttentionGradient"/>.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe ref struct AttentionGradientTask<T>
    where T : struct, ILanes<T>
{
    /// <summary>Queries that go through the keys together: two panels of 32.</summary>
    private const int Queries = 64;

    private AttentionGradientJob<T>* _job;
    private GemmKernels.Tile _keyTile, _dimTile;
    private int _start, _tokens, _head, _height, _tiles, _dimTiles, _padded, _keyChunks;
    private float* _keys, _values, _turnedKeys, _dk, _dv, _ds, _weights, _slopes, _products;
    private float* _turnedQueries, _turnedGradients, _queries, _gradients, _turnedResult, _result, _logSums, _alongs, _indices;

    /// <summary>Floats of scratch that a task needs.</summary>
    public static long ScratchFloats(AttentionGradientJob<T>* job)
    {
        var self = default(AttentionGradientTask<T>);
        self._job = job;
        return self.Plan(job->MostTokens, null);
    }

    /// <summary>Computes one head.</summary>
    public static void Run(AttentionGradientJob<T>* job, RowSegment segment, int head, float* scratch)
    {
        var self = default(AttentionGradientTask<T>);
        self._job = job;
        (self._start, self._head) = (segment.Start, head);
        self.Plan(segment.Length, scratch);
        self.Run();
    }

    private long Plan(int tokens, float* scratch)
    {
        var headDim = _job->HeadDim;
        var at = scratch;
        float* Take(long floats)
        {
            var taken = at;
            at += (floats + 15) / 16 * 16;
            return taken;
        }

        _tokens = tokens;
        _keyTile = Tile(tokens, out _tiles);
        _dimTile = Tile(headDim, out _dimTiles);
        _height = _keyTile.Rows;
        _padded = (headDim + 31) / 32 * 32;
        _keyChunks = (tokens + 15) / 16;
        // Enough for every shorter segment too, whatever the height of its tiles.
        var rows = (tokens + _job->MostRows - 1L) / _job->MostRows * _job->MostRows;
        var dims = (long)_dimTiles * _dimTile.Rows;
        _keys = Take(rows * _padded);
        _values = Take(rows * _padded);
        _dk = Take(rows * _padded);
        _dv = Take(rows * _padded);
        _turnedKeys = Take(dims * _keyChunks * 16);
        _ds = Take(2 * rows * 32);
        _weights = Take(Queries * _job->MostRows);
        _slopes = Take(Queries * _job->MostRows);
        _products = Take(32 * _job->MostRows);
        _turnedQueries = Take(Queries * headDim);
        _turnedGradients = Take(Queries * headDim);
        _queries = Take(Queries * _padded);
        _gradients = Take(Queries * _padded);
        _turnedResult = Take(32 * dims);
        _result = Take(32 * _padded);
        _logSums = Take(Queries);
        _alongs = Take(Queries);
        _indices = Take(Queries);
        return at - scratch;
    }

    private readonly GemmKernels.Tile Tile(int count, out int tiles)
    {
        tiles = (count + _job->MostRows - 1) / _job->MostRows;
        var tile = _job->Tiles[(count + tiles - 1) / tiles];
        tiles = (count + tile.Rows - 1) / tile.Rows;
        return tile;
    }

    private readonly void Run()
    {
        var (headDim, narrow) = (_job->HeadDim, (nint)_job->Heads / _job->Group * _job->HeadDim);
        var from = _start * narrow + _head / _job->Group * headDim;
        PackRows(_job->K + from, narrow, _keys);
        PackRows(_job->V + from, narrow, _values);
        TurnKeys(_job->K + from, narrow);
        new Span<float>(_dk, _tiles * _height * _padded).Clear();
        new Span<float>(_dv, _tiles * _height * _padded).Clear();
        for (var i = 0; i < Queries; i++)
        {
            _indices[i] = i;
        }

        for (var query = 0; query < _tokens; query += Queries)
        {
            Block(query, Math.Min(Queries, _tokens - query));
        }

        var wide = (nint)_job->Heads * headDim;
        for (var row = 0; row < _tokens; row++)
        {
            var to = (_start + row) * wide + _head * headDim;
            new ReadOnlySpan<float>(_dk + (long)row * _padded, headDim).CopyTo(new Span<float>(_job->KeyShares + to, headDim));
            new ReadOnlySpan<float>(_dv + (long)row * _padded, headDim).CopyTo(new Span<float>(_job->ValueShares + to, headDim));
        }
    }

    /// <summary>Rows as tiles read them: <c>[tile][HeadDim / 16][height][16]</c>, zeros beyond the segment.</summary>
    private readonly void PackRows(float* from, nint stride, float* to)
    {
        for (var tile = 0; tile < _tiles; tile++)
        {
            for (var d = 0; d < _job->HeadDim; d += 16)
            {
                var width = Math.Min(16, _job->HeadDim - d);
                for (var row = tile * _height; row < (tile + 1) * _height; row++, to += 16)
                {
                    if (row >= _tokens)
                    {
                        new Span<float>(to, 16).Clear();
                    }
                    else if (width == 16)
                    {
                        T.Store(T.Load(from + row * stride + d), to);
                    }
                    else
                    {
                        new ReadOnlySpan<float>(from + row * stride + d, width).CopyTo(new Span<float>(to, width));
                    }
                }
            }
        }
    }

    /// <summary>Keys turned, as tiles read them: <c>[tile of numbers][keys / 16][height][16]</c>.</summary>
    private readonly void TurnKeys(float* from, nint stride)
    {
        var height = _dimTile.Rows;
        var to = _turnedKeys;
        for (var d = 0; d < _job->HeadDim; d += height)
        {
            var width = Math.Min(height, _job->HeadDim - d);
            for (var key = 0; key < _tokens; key += 16, to += 16 * height)
            {
                Transposer.Run(from + key * stride + d, stride, Math.Min(16, _tokens - key), width, to, 16, 16);
                new Span<float>(to + 16 * width, 16 * (height - width)).Clear();
            }
        }
    }

    private readonly void Block(int first, int count)
    {
        PrepareQueries(first, count);
        var window = _job->Window;
        var lastQuery = first + count - 1;
        for (var tile = FirstKey(first) / _height; tile < _tiles && tile * _height <= lastQuery; tile++)
        {
            var (firstKey, lastKey) = (tile * _height, (tile + 1) * _height - 1);
            for (var panel = 0; panel * 32 < count; panel++)
            {
                var (low, high) = (first + panel * 32, Math.Min(first + panel * 32 + 31, lastQuery));
                if (high < firstKey || window > 0 && low - lastKey >= window)
                {
                    continue;
                }

                var scores = _ds + ((long)panel * _tiles * _height + firstKey) * 32;
                var headDim = _job->HeadDim;
                _keyTile.Run(_keys + (long)firstKey * Chunked(headDim), _turnedQueries + panel * 32 * headDim, scores, 32, headDim, 0);
                _keyTile.Run(_values + (long)firstKey * Chunked(headDim), _turnedGradients + panel * 32 * headDim, _products, 32, headDim, 0);
                Weigh(panel, scores, first, firstKey - first, lastKey > low || window > 0 && high - firstKey >= window);
            }

            var chunk = Math.Max(0, firstKey - first) / 16;
            var end = window > 0 ? Math.Min(count, lastKey + window - first) : count;
            for (var d = 0; d < _padded; d += 32)
            {
                var skip = chunk * _height * 16;
                var panel = d * Queries + chunk * 16 * 32;
                _keyTile.Run(_weights + skip, _gradients + panel, _dv + (long)firstKey * _padded + d, _padded, end - chunk * 16, 1);
                _keyTile.Run(_slopes + skip, _queries + panel, _dk + (long)firstKey * _padded + d, _padded, end - chunk * 16, 1);
            }
        }

        if (_job->Dq == null)
        {
            return;
        }

        for (var panel = 0; panel * 32 < count; panel++)
        {
            QueryGradient(first + panel * 32, Math.Min(32, count - panel * 32), panel);
        }
    }

    private static int Chunked(int headDim) => (headDim + 15) / 16 * 16;

    private readonly int FirstKey(int query) => _job->Window > 0 ? Math.Max(0, query - _job->Window + 1) : 0;

    /// <summary>Lays out a block's queries and output gradients in both forms, with each query's log sum and dy . y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void PrepareQueries(int first, int count)
    {
        var headDim = _job->HeadDim;
        var wide = (nint)_job->Heads * headDim;
        var from = (_start + first) * wide + _head * headDim;
        var q = _job->Q + from;
        var dy = _job->Dy + from;
        var y = _job->Y + from;
        var factor = _job->Scale * MathConstants.Log2E;
        var scale = T.Broadcast(factor);
        for (var i = 0; i < Queries; i++)
        {
            // Beyond the segment: weights of zero.
            (_logSums[i], _alongs[i]) = (float.PositiveInfinity, 0f);
        }

        for (var panel = 0; panel * 32 < count; panel++)
        {
            var rows = Math.Min(32, count - panel * 32);
            for (var row = 0; row < rows; row++)
            {
                var i = panel * 32 + row;
                var query = q + i * wide;
                var gradient = dy + i * wide;
                var scaled = _result + row * _padded;
                var d = 0;
                for (; d <= headDim - 16; d += 16)
                {
                    var x = T.Load(query + d);
                    T.Store(T.Multiply(x, scale), scaled + d);
                    T.Store(x, _queries + (d / 32 * Queries + i) * 32 + d % 32);
                    T.Store(T.Load(gradient + d), _gradients + (d / 32 * Queries + i) * 32 + d % 32);
                }

                for (; d < headDim; d++)
                {
                    scaled[d] = query[d] * factor;
                    _queries[(d / 32 * Queries + i) * 32 + d % 32] = query[d];
                    _gradients[(d / 32 * Queries + i) * 32 + d % 32] = gradient[d];
                }

                for (; d < _padded; d++)
                {
                    _queries[(d / 32 * Queries + i) * 32 + d % 32] = 0f;
                    _gradients[(d / 32 * Queries + i) * 32 + d % 32] = 0f;
                }

                _logSums[i] = _job->LogSums[(long)(_start + first + i) * _job->Heads + _head];
                _alongs[i] = Dot(gradient, y + i * wide, headDim);
            }

            Transposer.Run(_result, _padded, rows, headDim, _turnedQueries + panel * 32 * headDim, 32, 32);
            Transposer.Run(dy + panel * 32 * wide, wide, rows, headDim, _turnedGradients + panel * 32 * headDim, 32, 32);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot(float* a, float* b, int count)
    {
        var sums = T.Broadcast(0f);
        var i = 0;
        for (; i <= count - 16; i += 16)
        {
            sums = T.Fma(T.Load(a + i), T.Load(b + i), sums);
        }

        return T.Fold(i < count ? T.Fma(LaneMath<T>.LoadPart(a + i, count - i, 0f), LaneMath<T>.LoadPart(b + i, count - i, 0f), sums) : sums);
    }

    /// <summary>
    /// Turns a tile's scores of 32 queries into weights and slopes: packed for the products over queries, and the slopes in place for
    /// the product over keys. <paramref name="firstKey"/> counts from the block's first query.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Weigh(int panel, float* scores, int firstQuery, int firstKey, bool masked)
    {
        var (height, window) = (_height, _job->Window);
        var products = _products;
        var (logs0, logs1) = (T.Load(_logSums + panel * 32), T.Load(_logSums + panel * 32 + 16));
        var (along0, along1) = (T.Load(_alongs + panel * 32), T.Load(_alongs + panel * 32 + 16));
        var (query0, query1) = (T.Load(_indices + panel * 32), T.Load(_indices + panel * 32 + 16));
        var zero = T.Broadcast(0f);
        var weights = _weights + panel * 32 * height;
        var slopes = _slopes + panel * 32 * height;
        var (cap, one) = (T.Broadcast(_job->SoftCap), T.Broadcast(1f));
        var bias = _job->KeyBias == null ? null : _job->KeyBias + _head * _job->BiasHead + firstQuery + firstKey;
        for (var row = 0; row < height; row++, scores += 32, products += 32, weights += 16, slopes += 16)
        {
            var (x0, x1) = (T.Load(scores), T.Load(scores + 16));
            var (turn0, turn1) = (one, one);
            if (_job->SoftCap > 0f)
            {
                var (t0, t1) = (NumberMath<T>.Tanh(T.Divide(x0, cap)), NumberMath<T>.Tanh(T.Divide(x1, cap)));
                (x0, x1) = (T.Multiply(cap, t0), T.Multiply(cap, t1));
                (turn0, turn1) = (T.Subtract(one, T.Multiply(t0, t0)), T.Subtract(one, T.Multiply(t1, t1)));
            }

            if (bias != null)
            {
                var (added, toPowersOfTwo) = (T.Broadcast(bias[row]), T.Broadcast(MathConstants.Log2E));
                (x0, x1) = (T.Fma(added, toPowersOfTwo, x0), T.Fma(added, toPowersOfTwo, x1));
            }

            var p0 = LaneMath<T>.Exp2NonPositive(T.Subtract(x0, logs0));
            var p1 = LaneMath<T>.Exp2NonPositive(T.Subtract(x1, logs1));
            if (masked)
            {
                var key = T.Broadcast(firstKey + row);
                p0 = T.SelectLess(query0, key, zero, p0);
                p1 = T.SelectLess(query1, key, zero, p1);
                if (window > 0)
                {
                    var end = T.Broadcast(firstKey + row + window);
                    p0 = T.SelectLess(query0, end, p0, zero);
                    p1 = T.SelectLess(query1, end, p1, zero);
                }
            }

            var s0 = T.Multiply(p0, T.Subtract(T.Load(products), along0));
            var s1 = T.Multiply(p1, T.Subtract(T.Load(products + 16), along1));
            if (_job->SoftCap > 0f)
            {
                (s0, s1) = (T.Multiply(s0, turn0), T.Multiply(s1, turn1));
            }

            T.Store(p0, weights);
            T.Store(p1, weights + 16 * height);
            T.Store(s0, slopes);
            T.Store(s1, slopes + 16 * height);
            T.Store(s0, scores);
            T.Store(s1, scores + 16);
        }
    }

    /// <summary>dq of up to 32 queries from their slopes against all keys they see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void QueryGradient(int first, int count, int panel)
    {
        var (headDim, height) = (_job->HeadDim, _dimTile.Rows);
        var slopes = _ds + (long)panel * _tiles * _height * 32;
        var from = FirstKey(first) / 16 * 16;
        var to = first + count;

        // Keys of the first chunk that no tile computed.
        var computed = FirstKey(first) / _height * _height;
        if (computed > from)
        {
            new Span<float>(slopes + from * 32, (computed - from) * 32).Clear();
        }

        for (var tile = 0; tile < _dimTiles; tile++)
        {
            _dimTile.Run(_turnedKeys + ((long)tile * _keyChunks * 16 + from) * height, slopes + from * 32, _turnedResult + tile * height * 32, 32, to - from, 0);
        }

        Transposer.Run(_turnedResult, 32, headDim, count, _result, _padded, headDim);
        var (scale, zero) = (T.Broadcast(_job->Scale), T.Broadcast(0f));
        for (var i = 0; i < count; i++)
        {
            var result = _result + i * _padded;
            var dq = _job->Dq + ((long)(_start + first + i) * _job->Heads + _head) * headDim;
            var d = 0;
            for (; d <= headDim - 16; d += 16)
            {
                // Adding zero makes a negative zero positive: the only trace a hidden key could leave.
                T.Store(T.Fma(scale, T.Add(T.Load(result + d), zero), T.Load(dq + d)), dq + d);
            }

            for (; d < headDim; d++)
            {
                dq[d] = MathF.FusedMultiplyAdd(_job->Scale, result[d] + 0f, dq[d]);
            }
        }
    }
}
