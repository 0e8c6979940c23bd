using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>What a GGUF file says about one tensor; its place in the file has been checked.</summary>
/// <param name="Name">Name, unique in the file.</param>
/// <param name="TypeName">The file's element type by the field's name, such as <c>Q4_K</c> or <c>IQ2_XS</c>.</param>
/// <param name="Type">The same as Fathom reads it, or null for a type that exists but is not read yet.</param>
/// <param name="Shape">Row-major shape, outermost dimension first (the file's order reversed).</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="ByteLength">Number of bytes.</param>
public sealed record GgufTensorInfo(string Name, string TypeName, DType? Type, ImmutableArray<long> Shape, long Offset, long ByteLength);
