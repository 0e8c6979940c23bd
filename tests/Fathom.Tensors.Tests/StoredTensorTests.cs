namespace Fathom.Tensors.Tests;

public unsafe class StoredTensorTests
{
    [Fact]
    public void ElementCountIsTheProductOfTheShape()
    {
        var tensor = new StoredTensor("w", DType.F32, [3, 4, 5], null, 240, new object());
        Assert.Equal(60, tensor.ElementCount);
    }
}
