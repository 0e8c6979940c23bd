using Fathom.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Insight.Tests;

/// <summary>Properties over random inputs, the same ones every time.</summary>
internal static class Forall
{
    public static void Random(Action<CounterRandom> property, int count = 60) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20261122, 7).WithEndSize(1_000_000).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new CounterRandom((ulong)(uint)seed, 2))));
}
