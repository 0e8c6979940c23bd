namespace Fathom.Tensors.Autograd;

/// <summary>Functions of one number.</summary>
public enum Activation
{
    /// <summary>x where positive, else 0; its slope at 0 is 0.</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>ln sigmoid(x).</summary>
    LogSigmoid,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>x times the standard normal's distribution function (the exact GELU, by erf).</summary>
    Gelu,

    /// <summary>x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)): the GELU by tanh.</summary>
    GeluTanh,

    /// <summary>x where positive, else e^x - 1.</summary>
    Elu,

    /// <summary>x sigmoid(1.702 x): the GELU of CLIP.</summary>
    QuickGelu,
}
