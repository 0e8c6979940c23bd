namespace Fathom.Insight.Numerics;

/// <summary>A matrix inside an array: element (i, j) at <c>Offset + i Row + j Column</c>; one of the steps is 1.</summary>
internal readonly record struct MatrixView(double[] Data, int Offset, int Row, int Column)
{
    /// <summary>Row-major rows from an offset on.</summary>
    public static MatrixView Of(double[] data, int width, int row = 0, int column = 0) => new(data, row * width + column, width, 1);

    /// <summary>Rows become columns.</summary>
    public MatrixView Turned => new(Data, Offset, Column, Row);
}
