using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Blocks;

/// <summary>
/// Every row goes through the few experts its router likes best: y = sum of share times expert(x), experts in their order, so that a
/// row's bits do not depend on its neighbours. An expert computes all rows that chose it together.
/// </summary>
internal sealed unsafe class MixtureFeedForward(ExpertChoice choice, int width) : ISubLayer
{
    /// <summary>To one number an expert.</summary>
    public required Projection Router { get; init; }

    /// <summary>The experts.</summary>
    public required IReadOnlyList<FeedForward> Experts { get; init; }

    /// <inheritdoc/>
    public void Forward(Pass pass, float* x, float* y)
    {
        var (kernels, scratch, rows) = (pass.Kernels, pass.Scratch, pass.Rows);
        var mark = scratch.Mark();
        var shares = scratch.Take((long)rows * Experts.Count);
        var taken = scratch.Take((long)rows * width);
        var made = scratch.Take((long)rows * width);
        var chosen = (int*)scratch.Take(rows);
        Router.Apply(pass, x, shares);
        for (var row = 0; row < rows; row++) choice.Shares(new Span<float>(shares + (long)row * Experts.Count, Experts.Count));
        new Span<float>(y, checked(rows * width)).Clear();
        for (var expert = 0; expert < Experts.Count; expert++)
        {
            var count = 0;
            for (var row = 0; row < rows; row++)
            {
                if (shares[(long)row * Experts.Count + expert] == 0) continue;
                new ReadOnlySpan<float>(x + (long)row * width, width).CopyTo(new Span<float>(taken + (long)count * width, width));
                chosen[count++] = row;
            }

            if (count == 0) continue;
            Experts[expert].Forward(kernels, scratch, taken, count, made);
            for (var i = 0; i < count; i++) Add(kernels, made + (long)i * width, shares[(long)chosen[i] * Experts.Count + expert], y + (long)chosen[i] * width);
        }

        scratch.Release(mark);
    }

    private void Add(IKernels kernels, float* made, float share, float* y)
    {
        kernels.Scale(made, share, width, made);
        kernels.AddInPlace(made, width, y);
    }
}
