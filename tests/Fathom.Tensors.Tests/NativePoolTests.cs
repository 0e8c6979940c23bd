using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Tests;

public unsafe class NativePoolTests
{
    [Fact]
    public void BlocksAreAlignedAndReused()
    {
        using var pool = new NativePool();
        var first = pool.Rent(1000);
        Assert.Equal(0, (nint)first % 64);
        pool.Return(first, 1000);
        Assert.Equal((nint)first, (nint)pool.Rent(1001));
        pool.Return(first, 1001);
        Assert.Equal(1, pool.SystemAllocations);
        Assert.Equal(0, pool.LiveBytes);
        Assert.True(pool.FreeBytes >= 1000);
        pool.Trim();
        Assert.Equal(0, pool.FreeBytes);
    }

    [Fact]
    public void ClassesWasteAtMostAQuarterAndHoldWhatWasAsked() => Kernels.Cases.ForSeeds(200, random =>
    {
        var bytes = 257 + random.NextInt32(1 << random.NextInt32(30) + 1);
        var capacity = NativePool.CapacityFor(bytes);
        Assert.InRange(capacity, bytes, Math.Max(bytes * 1.25, bytes + 64) + (bytes > 4 << 20 ? 2 << 20 : 0));
        Assert.Equal(capacity, NativePool.CapacityFor(capacity));
    });

    [Fact]
    public void FreeBytesStayBelowTheBound()
    {
        using var pool = new NativePool(10000);
        var blocks = Enumerable.Range(0, 10).Select(_ => (nint)pool.Rent(4096)).ToArray();
        foreach (var block in blocks)
        {
            pool.Return((void*)block, 4096);
        }

        Assert.InRange(pool.FreeBytes, 4096, 10000);
    }

    [Fact]
    public void APoolMayKeepWhatWasOnceInUse()
    {
        using var pool = new NativePool(0, keepsPeak: true);
        for (var round = 0; round < 2; round++)
        {
            var blocks = Enumerable.Range(0, 10).Select(_ => (nint)pool.Rent(4096)).ToArray();
            foreach (var block in blocks) pool.Return((void*)block, 4096);
            Assert.Equal(10, pool.SystemAllocations);
        }

        // Another size comes on top of what is kept: then less is kept.
        pool.Return(pool.Rent(8192), 8192);
        Assert.Equal(40960, pool.FreeBytes);
    }

    [Fact]
    public void ABufferGivenBackTwiceIsGivenBackOnceAndThenRefusesUse()
    {
        using var pool = new NativePool();
        var buffer = new PooledBuffer(pool, 100);
        buffer.Span.Clear();
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, pool.LiveBytes);
        Assert.Throws<ObjectDisposedException>(() => buffer.Length + (nint)buffer.Pointer);
    }

    [Fact]
    public void SteadyWorkAllocatesNothingAndLeaksNothing()
    {
        foreach (var bits in new[] { 512, 256, 128 }.Where(Kernels.Devices.Has))
        {
            using var device = Device.Cpu(new CpuOptions { Threads = 2, VectorBits = bits });
            var pool = Kernels.Devices.PoolOf(device);
            var random = new CounterRandom(9);
            using (var weight = new Kernels.TestWeight(random, DType.Q8_0, 256, 128))
            using (var packed = device.Kernels.Pack(weight.Tensor))
            using (var x = device.Kernels.Allocate(64 * 128))
            using (var y = device.Kernels.Allocate(64 * 256))
            {
                x.Span.Clear();
                Kernels.Devices.Work(device, packed, x, y);
                var live = pool.LiveBytes;
                var before = pool.SystemAllocations;
                var managed = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 50; i++)
                {
                    Kernels.Devices.Work(device, packed, x, y);
                }

                // The one cache object of each round is all that the managed heap sees.
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - managed, 0, 50 * 256);
                Assert.Equal(live, pool.LiveBytes);

                // Threads meet in different orders, so a block more may be out at once; never one a round.
                Assert.InRange(pool.SystemAllocations - before, 0, 8);
            }

            Assert.Equal(0, pool.LiveBytes);
        }
    }
}
