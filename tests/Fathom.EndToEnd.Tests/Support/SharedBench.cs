namespace Fathom.EndToEnd.Tests.Support;

/// <summary>Shares one <see cref="Bench"/> among the test classes.</summary>
[CollectionDefinition(Name)]
public sealed class SharedBench : ICollectionFixture<Bench>
{
    public const string Name = "bench";
}
