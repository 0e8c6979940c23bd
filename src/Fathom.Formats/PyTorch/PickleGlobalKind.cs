namespace Fathom.Formats;

/// <summary>What a global of a pickle means to this reader. There is nothing else: no name leads to code.</summary>
internal enum PickleGlobalKind
{
    /// <summary>Something this reader does not know; only the scan lets it pass, to list it.</summary>
    Forbidden,

    /// <summary><c>torch._utils._rebuild_tensor</c>.</summary>
    RebuildTensor,

    /// <summary><c>torch._utils._rebuild_tensor_v2</c>.</summary>
    RebuildTensorV2,

    /// <summary><c>torch._utils._rebuild_tensor_v3</c>: the element type apart from the storage.</summary>
    RebuildTensorV3,

    /// <summary><c>torch._utils._rebuild_parameter</c>.</summary>
    RebuildParameter,

    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDict,

    /// <summary><c>torch.Size</c>.</summary>
    Size,

    /// <summary><c>torch.device</c>.</summary>
    Device,

    /// <summary>A class of storage, such as <c>torch.FloatStorage</c>.</summary>
    Storage,

    /// <summary>An element type, such as <c>torch.float16</c>.</summary>
    ElementType,
}
