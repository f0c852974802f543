using Tidings.Client.Events;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>Events that change nothing anywhere.</summary>
internal static class Persons
{
    public static readonly BankTestCreatedV1 John = new()
    {
        FirstName = "John",
        LastName = "Doe",
        FavoriteColor = BankTestCreatedV1FavoriteColor.Red,
        RegistrationDate = new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.FromHours(1)),
    };

    /// <summary>An event with an id, so that it can be sent again.</summary>
    public static NewEvent<BankTestCreatedV1> NewJohn(string tenant) =>
        NewEvents.BankTestCreatedV1(tenant, John) with { Id = Guid.NewGuid().ToString() };

    public static IReadOnlyList<NewEvent> NewJohns(string tenant, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => NewJohn(tenant))];
}
