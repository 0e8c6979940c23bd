using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>Runs a check on many random shapes: FsCheck draws seeds (the same ones every time) and shrinks towards small ones.</summary>
internal static class Cases
{
    public static void ForSeeds(int count, Action<CounterRandom> check) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20261122, 7).WithEndSize(1_000_000).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => check(new CounterRandom((ulong)(uint)seed, 1))));
}
