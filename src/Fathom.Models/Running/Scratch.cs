using Fathom.Tensors.Kernels;

namespace Fathom.Models.Running;

/// <summary>
/// Working memory given out like a stack. It grows while it is new and then stays: once every block of a pass has run, no more
/// memory is taken. Not for several threads.
/// </summary>
internal sealed unsafe class Scratch(IKernels kernels) : IDisposable
{
    private const long FirstBlock = 1 << 16;
    private readonly List<DeviceBuffer> _blocks = [];
    private int _block;
    private long _used;

    /// <summary>Bytes held.</summary>
    public long ByteLength => _blocks.Sum(block => block.Length) * sizeof(float);

    /// <summary>Floats, 64-byte aligned, not cleared, until the mark before is released.</summary>
    public float* Take(long floats)
    {
        var rounded = checked(floats + 15) & ~15L;
        while (_block < _blocks.Count && _used + rounded > _blocks[_block].Length)
        {
            _block++;
            _used = 0;
        }

        if (_block == _blocks.Count) _blocks.Add(kernels.Allocate(Math.Max(rounded, Math.Max(FirstBlock, 2 * (_blocks.Count == 0 ? 0 : _blocks[^1].Length)))));
        var pointer = _blocks[_block].Pointer + _used;
        _used += rounded;
        return pointer;
    }

    /// <summary>Where the stack stands.</summary>
    public (int Block, long Used) Mark() => (_block, _used);

    /// <summary>Gives back everything taken since the mark.</summary>
    public void Release((int Block, long Used) mark) => (_block, _used) = mark;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks) block.Dispose();
        _blocks.Clear();
        _block = 0;
        _used = 0;
    }
}
