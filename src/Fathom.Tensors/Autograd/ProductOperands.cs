namespace Fathom.Tensors.Autograd;

/// <summary>C [Rows, Columns] += A [Rows, Depth] B [Depth, Columns]; B and C row-major, A with any strides.</summary>
internal readonly unsafe struct ProductOperands(float* a, long rowStride, long columnStride, float* b, float* c, int rows, int columns, int depth)
{
    public readonly float* A = a;
    public readonly float* B = b;
    public readonly float* C = c;
    public readonly long RowStride = rowStride;
    public readonly long ColumnStride = columnStride;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly int Depth = depth;
}
