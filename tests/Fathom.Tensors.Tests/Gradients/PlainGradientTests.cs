using Fathom.Tensors.Kernels.Gradients;
using static Fathom.Tensors.Tests.Gradients.FiniteDifferences;

namespace Fathom.Tensors.Tests.Gradients;

public class PlainGradientTests
{
    [Fact]
    public void MatrixProducts()
    {
        const int rows = 3, outputs = 4, inputs = 5;
        var (x, w, dy) = (Random(rows * inputs, 1), Random(outputs * inputs, 2), Random(rows * outputs, 3));
        double Loss()
        {
            var y = new double[rows * outputs];
            PlainMatrices.Forward<double>(x, w, rows, outputs, inputs, y);
            return Weighted(y, dy);
        }

        var (dx, dw) = (new double[x.Length], new double[w.Length]);
        PlainMatrices.InputGradient<double>(dy, w, rows, outputs, inputs, dx);
        PlainMatrices.WeightGradient<double>(dy, x, rows, outputs, inputs, dw);
        Check("dx", x, Loss, dx);
        Check("dw", w, Loss, dw);
    }

    [Fact]
    public void RmsNorm()
    {
        const int rows = 3, width = 7;
        var (x, w, dy) = (Random(rows * width, 1), Random(width, 2), Random(rows * width, 3));
        double Loss()
        {
            var y = new double[x.Length];
            PlainRmsNorm.Forward<double>(x, w, rows, width, 1e-3, y);
            return Weighted(y, dy);
        }

        var (dx, dw) = (new double[x.Length], new double[w.Length]);
        PlainRmsNorm.Backward<double>(x, w, dy, rows, width, 1e-3, dx, dw);
        Check("dx", x, Loss, dx);
        Check("dw", w, Loss, dw);
    }

    [Fact]
    public void LayerNorm()
    {
        const int rows = 3, width = 7;
        var (x, w, b, dy) = (Random(rows * width, 1), Random(width, 2), Random(width, 4), Random(rows * width, 3));
        double Loss()
        {
            var y = new double[x.Length];
            PlainLayerNorm.Forward<double>(x, w, b, rows, width, 1e-3, y);
            return Weighted(y, dy);
        }

        var (dx, dw, db) = (new double[x.Length], new double[width], new double[width]);
        PlainLayerNorm.Backward<double>(x, w, dy, rows, width, 1e-3, dx, dw, db);
        Check("dx", x, Loss, dx);
        Check("dw", w, Loss, dw);
        Check("db", b, Loss, db);
    }

    [Fact]
    public void SiluMultiply()
    {
        var (gate, up, dy) = (Random(20, 1, 3), Random(20, 2), Random(20, 3));
        double Loss()
        {
            var y = new double[20];
            PlainSiluMultiply.Forward<double>(gate, up, y);
            return Weighted(y, dy);
        }

        var (dgate, dup) = (new double[20], new double[20]);
        PlainSiluMultiply.Backward<double>(gate, up, dy, dgate, dup);
        Check("dgate", gate, Loss, dgate);
        Check("dup", up, Loss, dup);
    }

    [Fact]
    public void Rotation()
    {
        const int rows = 3, heads = 2, headDim = 6, half = 2;
        var (x, dy, angles) = (Random(rows * heads * headDim, 1), Random(rows * heads * headDim, 2), Random(rows * half, 3));
        var (cos, sin) = (angles.Select(Math.Cos).ToArray(), angles.Select(Math.Sin).ToArray());
        double Loss()
        {
            var y = x.ToArray();
            PlainRotation.Apply<double>(y, rows, heads, headDim, cos, sin, back: false);
            return Weighted(y, dy);
        }

        var dx = dy.ToArray();
        PlainRotation.Apply<double>(dx, rows, heads, headDim, cos, sin, back: true);
        Check("dx", x, Loss, dx);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Attention(int window)
    {
        var shape = new AttentionShape(Tokens: 6, Heads: 4, KeyValueHeads: 2, HeadDim: 3, Window: window);
        var (q, k, v, dy) = (Random(6 * 4 * 3, 1), Random(6 * 2 * 3, 2), Random(6 * 2 * 3, 3), Random(6 * 4 * 3, 4));
        const double scale = 0.7;
        var (y, logSumExp) = (new double[q.Length], new double[6 * 4]);
        double Loss()
        {
            PlainAttention.Forward<double>(q, k, v, shape, scale, y, logSumExp);
            return Weighted(y, dy);
        }

        Loss();
        var (dq, dk, dv) = (new double[q.Length], new double[k.Length], new double[v.Length]);
        PlainAttention.Backward<double>(q, k, v, y, logSumExp, dy, shape, scale, dq, dk, dv);
        Check("dq", q, Loss, dq);
        Check("dk", k, Loss, dk);
        Check("dv", v, Loss, dv);
    }

    [Fact]
    public void CrossEntropy()
    {
        const int rows = 4, vocabulary = 5;
        var (logits, weights) = (Random(rows * vocabulary, 1, 2), Random(rows, 2));
        int[] targets = [2, -1, 0, 4];
        double Loss() => 1.5 * PlainCrossEntropy.Forward<double>(logits, targets, weights, vocabulary);
        var gradient = new double[logits.Length];
        PlainCrossEntropy.Backward<double>(logits, targets, weights, vocabulary, 1.5, gradient);
        Check("dlogits", logits, Loss, gradient);
    }
}
