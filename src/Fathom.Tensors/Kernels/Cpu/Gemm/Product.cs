namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// C [Rows, Columns] += A [Rows, Depth] B [Depth, Columns]. Element (i, k) of A lies at i ARow + k ADepth, element (k, j) of B at
/// k BDepth + j BColumn; of each pair of strides one is 1. A fresh product does not look at what C holds: its chains begin with zero.
/// </summary>
internal readonly unsafe struct Product(float* a, long aRow, long aDepth, float* b, long bDepth, long bColumn, float* c, long cRow, int rows, int columns, int depth, bool fresh = false)
{
    /// <summary>Operands and result.</summary>
    public readonly float* A = a, B = b, C = c;

    /// <summary>Strides of A and B, and of the rows of C.</summary>
    public readonly long ARow = aRow, ADepth = aDepth, BDepth = bDepth, BColumn = bColumn, CRow = cRow;

    /// <summary>Sizes.</summary>
    public readonly int Rows = rows, Columns = columns, Depth = depth;

    /// <summary>Whether C holds nothing yet.</summary>
    public readonly bool Fresh = fresh;

    /// <summary>y [R, N] += x [R, K] w [N, K]^T.</summary>
    public static Product Forward(float* x, float* w, float* y, int rows, int outputs, int inputs, bool fresh = false) => new(x, inputs, 1, w, 1, inputs, y, outputs, rows, outputs, inputs, fresh);

    /// <summary>dx [R, K] += dy [R, N] w [N, K].</summary>
    public static Product InputGradient(float* dy, float* w, float* dx, int rows, int outputs, int inputs) => new(dy, outputs, 1, w, inputs, 1, dx, inputs, rows, inputs, outputs);

    /// <summary>dw [N, K] += dy [R, N]^T x [R, K].</summary>
    public static Product WeightGradient(float* dy, float* x, float* dw, int rows, int outputs, int inputs) => new(dy, 1, outputs, x, inputs, 1, dw, inputs, outputs, inputs, rows);

    /// <summary>The same product set in another matrix, whose rows lie side by side.</summary>
    public Product Into(float* c) => new(A, ARow, ADepth, B, BDepth, BColumn, c, Columns, Rows, Columns, Depth, fresh: true);

    /// <summary>Some of the rows and some of the depth.</summary>
    public Product Part(int row, int rows, int depth, int depthCount) =>
        new(A + row * ARow + depth * ADepth, ARow, ADepth, B + depth * BDepth, BDepth, BColumn, C + row * CRow, CRow, rows, Columns, depthCount, Fresh && depth == 0);

    /// <summary>The same numbers as C^T [Columns, Rows] += B^T A^T, with C^T elsewhere.</summary>
    public Product Turned(float* turned) => new(B, BColumn, BDepth, A, ADepth, ARow, turned, Rows, Columns, Rows, Depth, Fresh);
}
