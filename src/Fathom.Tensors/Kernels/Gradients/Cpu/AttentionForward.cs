using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// Attention of whole sequences for training: keys and values of all segments are laid out in blocks as inference keeps them, by all
/// threads, then inference's own job runs. Its bits are inference's.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct AttentionForward<T>
    where T : struct, ILanes<T>
{
    private const int Keys = KeyValueBlocks.Keys;
    private float* _k, _v;
    private nint* _blocks;
    private int* _rows;
    private int _heads, _headDim, _valuePanels;

    /// <summary>Computes all segments.</summary>
    public static void Run(WorkPool workers, NativePool pool, GemmKernels tiles, float* q, float* k, float* v, ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, float* y, float* logSums, float* keyBias, long biasHead)
    {
        var count = 0;
        foreach (var segment in segments)
        {
            count += (segment.Length + Keys - 1) / Keys;
        }

        var panels = (layout.HeadDim + 31) / 32;
        var headFloats = (long)Keys * (layout.HeadDim + 32 * panels);
        var blockFloats = layout.KeyValueHeads * headFloats;
        var bytes = checked(count * blockFloats * sizeof(float));
        var tableBytes = count * (long)(sizeof(nint) + 2 * sizeof(int)) + segments.Length * (long)sizeof(AttentionPart);
        var data = (float*)pool.Rent(bytes);
        var table = (byte*)pool.Rent(tableBytes);
        try
        {
            var fill = new AttentionForward<T>
            {
                _k = k,
                _v = v,
                _heads = layout.KeyValueHeads,
                _headDim = layout.HeadDim,
                _valuePanels = panels,
                _blocks = (nint*)table,
                _rows = (int*)(table + count * (long)sizeof(nint)),
            };
            var job = new AttentionJob<T>
            {
                Parts = (AttentionPart*)(fill._rows + 2 * count),
                Q = q,
                QStride = layout.Heads * layout.HeadDim,
                Y = y,
                YStride = layout.Heads * layout.HeadDim,
                LogSums = logSums,
                Group = layout.Heads / layout.KeyValueHeads,
                KeyValueHeads = layout.KeyValueHeads,
                HeadDim = layout.HeadDim,
                HeadFloats = headFloats,
                ValuePanels = panels,
                Scale = layout.Scale * MathConstants.Log2E,
                Window = layout.Window,
                SoftCap = layout.SoftCap * MathConstants.Log2E,
                MostRows = tiles.MostRows,
            };
            var block = 0;
            foreach (var (start, length) in segments)
            {
                job.AddPart(tiles, workers.Threads, fill._blocks + block, start, length, 0);
                (job.Parts + job.PartCount - 1)->Bias = keyBias;
                (job.Parts + job.PartCount - 1)->BiasHead = biasHead;
                for (var row = 0; row < length; row += Keys, block++)
                {
                    fill._blocks[block] = (nint)(data + block * blockFloats);
                    (fill._rows[2 * block], fill._rows[2 * block + 1]) = (start + row, Math.Min(Keys, length - row));
                }
            }

            RangeJob.Run(workers, (long)count * layout.KeyValueHeads, 2, &Fill, &fill);
            job.Execute(workers, pool, tiles);
        }
        finally
        {
            pool.Return(table, tableBytes);
            pool.Return(data, bytes);
        }
    }

    // One head of one block: two panels of keys, then the values, unused positions zero.
    private static void Fill(void* state, long from, long to)
    {
        var job = (AttentionForward<T>*)state;
        var (headDim, stride) = (job->_headDim, (nint)job->_heads * job->_headDim);
        for (var task = from; task < to; task++)
        {
            var (block, head) = (task / job->_heads, task % job->_heads);
            var (row, count) = (job->_rows[2 * block], job->_rows[2 * block + 1]);
            var keys = (float*)job->_blocks[block] + head * Keys * (headDim + 32 * job->_valuePanels);
            var k = job->_k + row * stride + head * headDim;
            Transposer.Run(k, stride, Math.Min(32, count), headDim, keys, 32, 32);
            Transposer.Run(k + 32 * stride, stride, Math.Max(0, count - 32), headDim, keys + 32 * headDim, 32, 32);
            var values = keys + Keys * headDim;
            if (count < Keys || headDim % 32 != 0)
            {
                new Span<float>(values, Keys * 32 * job->_valuePanels).Clear();
            }

            var v = job->_v + row * stride + head * headDim;
            for (var r = 0; r < count; r++, v += stride)
            {
                for (var d = 0; d < headDim; d += 32)
                {
                    var width = Math.Min(32, headDim - d);
                    new ReadOnlySpan<float>(v + d, width).CopyTo(new Span<float>(values + (d / 32 * Keys + r) * 32, width));
                }
            }
        }
    }
}
