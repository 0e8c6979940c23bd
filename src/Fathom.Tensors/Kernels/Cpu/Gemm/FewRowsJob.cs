using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>A few rows times panels straight from their packed form: one pass over the weights, nothing widened to memory.</summary>
internal unsafe struct FewRowsJob
{
    /// <summary>Tasks: runs of <see cref="PanelsPerTask"/> panels.</summary>
    public WorkCounter Tasks;

    /// <summary>Panels in a task, and in all.</summary>
    public int PanelsPerTask, Panels;

    /// <summary>Rows, x and its stride.</summary>
    public int Rows;
    public float* X;
    public long XStride;

    /// <summary>Depth and outputs.</summary>
    public int Depth, Outputs;

    /// <summary>First panel, and bytes from panel to panel.</summary>
    public byte* Data;
    public long PanelBytes;

    /// <summary>Bias or null; y and its stride.</summary>
    public float* Bias;
    public float* Y;
    public long YStride;

    /// <summary>The panels' code.</summary>
    public PanelCode Code;

    /// <summary>Takes tasks until none is left.</summary>
    public static void Work(void* state, NativePool pool)
    {
        var job = (FewRowsJob*)state;
        while (job->Tasks.TryTake(out var task))
        {
            var first = (int)task * job->PanelsPerTask;
            job->Run(first, Math.Min(job->Panels, first + job->PanelsPerTask));
        }
    }

    private void Run(int panel, int end)
    {
        var sums = stackalloc float[128];
        while (panel < end)
        {
            var data = Data + panel * PanelBytes;
            var width = Math.Min(32, Outputs - panel * 32);
            if (Rows == 1 && panel + 1 < end)
            {
                Code.Dot1Pair(data, data + PanelBytes, Depth, X, sums);
                width = Math.Min(64, Outputs - panel * 32);
                Store(sums, 0, panel * 32, width);
                panel += 2;
                continue;
            }

            for (var row = 0; row < Rows;)
            {
                // The second run over a panel finds it in the first or second cache.
                var x = X + row * XStride;
                var count = Rows - row >= 4 ? 4 : Rows - row >= 2 ? 2 : 1;
                switch (count)
                {
                    case 4:
                        Code.Dot4(data, Depth, x, (nint)XStride, sums);
                        break;
                    case 2:
                        Code.Dot2(data, Depth, x, (nint)XStride, sums);
                        break;
                    default:
                        Code.Dot1(data, Depth, x, sums);
                        break;
                }

                for (var i = 0; i < count; i++)
                {
                    Store(sums + i * 32, row + i, panel * 32, width);
                }

                row += count;
            }

            panel++;
        }
    }

    private void Store(float* sums, int row, int first, int width)
    {
        var to = Y + row * YStride + first;
        for (var n = 0; n < width; n++)
        {
            to[n] = Bias == null ? sums[n] : sums[n] + Bias[first + n];
        }
    }
}
