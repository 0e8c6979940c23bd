namespace Fathom.Reports.Charts;

/// <summary>The rectangle of a drawing in which data is drawn, in user units of the SVG; y grows downwards.</summary>
/// <param name="Width">Width of the whole drawing.</param>
/// <param name="Height">Height of the whole drawing.</param>
/// <param name="Left">Left edge of the rectangle.</param>
/// <param name="Top">Upper edge.</param>
/// <param name="Right">Right edge.</param>
/// <param name="Bottom">Lower edge.</param>
public sealed record PlotArea(double Width, double Height, double Left, double Top, double Right, double Bottom)
{
    /// <summary>Place of a value along the horizontal axis.</summary>
    public double X(Axis axis, double value)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return axis.Map(value, Left, Right);
    }

    /// <summary>Place of a value along the vertical axis.</summary>
    public double Y(Axis axis, double value)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return axis.Map(value, Bottom, Top);
    }

    /// <summary>The <c>viewBox</c> attribute of the drawing.</summary>
    public string ViewBox => $"0 0 {Svg.N(Width)} {Svg.N(Height)}";
}
