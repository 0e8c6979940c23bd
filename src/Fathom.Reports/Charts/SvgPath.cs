using System.Text;

namespace Fathom.Reports.Charts;

/// <summary>Builds the <c>d</c> attribute of a path.</summary>
public sealed class SvgPath
{
    private readonly StringBuilder _data = new();
    private bool _penDown;

    /// <summary>Lifts the pen: the next point starts a new piece.</summary>
    public SvgPath Lift()
    {
        _penDown = false;
        return this;
    }

    /// <summary>Goes to a point, drawing when the pen is down.</summary>
    public SvgPath To(double x, double y)
    {
        _data.Append(_penDown ? 'L' : 'M').Append(Svg.N(x)).Append(' ').Append(Svg.N(y));
        _penDown = true;
        return this;
    }

    /// <summary>Closes the piece.</summary>
    public SvgPath Close()
    {
        if (_penDown)
            _data.Append('Z');
        return Lift();
    }

    /// <inheritdoc/>
    public override string ToString() => _data.ToString();
}
