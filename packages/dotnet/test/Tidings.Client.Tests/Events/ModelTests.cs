using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidings.Client.Events;

namespace Tidings.Client.Tests.Events;

public sealed class ModelTests
{
    private static readonly BankTestCreatedV1 Person = new()
    {
        FirstName = "Åse",
        LastName = "Nordmann",
        FavoriteColor = BankTestCreatedV1FavoriteColor.Blue,
        RegistrationDate = new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.FromHours(1)),
    };

    [Fact]
    public void Every_type_of_the_schemas_has_a_class_a_constant_and_a_source()
    {
        var types = SchemaExamples.All().Select(example => example.Type).Distinct(StringComparer.Ordinal).ToArray();
        Assert.Equal(types.Order(StringComparer.Ordinal), EventTypes.All);
        Assert.All(types, type => Assert.NotNull(EventModels.Find(type)));
        Assert.All(types, type => Assert.Contains(EventTypes.SourceOf(type)!, Sources.All));
    }

    [Fact]
    public void Every_example_of_the_schemas_is_written_as_it_was_read()
    {
        var examples = SchemaExamples.All().ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            var typeInfo = EventModels.Find(example.Type)!;
            var data = example.Data.Deserialize(typeInfo);
            var written = JsonSerializer.SerializeToNode(data, typeInfo);
            Assert.True(
                JsonNode.DeepEquals(WithoutNeedlessZeros(example.Data), written),
                $"{example.Type}: expected {example.Data.ToJsonString()}, found {written?.ToJsonString()}");
        });
    }

    [Fact]
    public void Two_readings_of_the_same_data_are_equal_with_what_is_inside()
    {
        Assert.All(SchemaExamples.All(), example =>
        {
            var typeInfo = EventModels.Find(example.Type)!;
            var (one, other) = (example.Data.Deserialize(typeInfo), example.Data.Deserialize(typeInfo));
            Assert.NotSame(one, other);
            Assert.Equal(one, other);
            Assert.Equal(one!.GetHashCode(), other!.GetHashCode());
        });
        Assert.NotEqual(Person, Person with { FirstName = "Nina" });
    }

    [Fact]
    public void A_list_that_was_given_cannot_be_changed_afterwards()
    {
        var holders = new List<string> { "customer:1" };
        var account = new BankAccountDeletedV1
        {
            AccountId = "a",
            AccountNumber = "NO9386011117947",
            Name = "Daily",
            Kind = BankAccountDeletedV1Kind.Current,
            Currency = "NOK",
            Status = BankAccountDeletedV1Status.Closed,
            HolderIds = holders,
            OpenedOn = new CalendarDate(2024, 2, 29),
        };
        holders.Add("customer:2");
        Assert.Equal(["customer:1"], account.HolderIds);
    }

    [Fact]
    public void What_is_absent_is_not_written()
    {
        var written = JsonSerializer.Serialize(Person, EventsJsonContext.Default.BankTestCreatedV1);
        Assert.Equal(
            """{"firstName":"\u00C5se","lastName":"Nordmann","favoriteColor":"Blue","registrationDate":"2024-02-29T23:59:59\u002B01:00"}""",
            written);
    }

    [Theory]
    [InlineData("favoriteColor", "\"blue\"")]
    [InlineData("favoriteColor", "\"2\"")]
    [InlineData("favoriteColor", "2")]
    [InlineData("favoriteColor", "null")]
    [InlineData("firstName", "1")]
    [InlineData("firstName", "null")]
    [InlineData("age", "\"30\"")]
    [InlineData("registrationDate", "\"2024-02-30T00:00:00Z\"")]
    [InlineData("registrationDate", "\"yesterday\"")]
    public void Refuses_data_that_breaks_the_schema_and_names_the_place_but_not_the_data(string name, string value)
    {
        var data = JsonSerializer.SerializeToNode(Person, EventsJsonContext.Default.BankTestCreatedV1)!;
        data[name] = JsonNode.Parse(value);
        var found = Assert.Throws<DeliveryException>(() => Recorded(data).GetData<BankTestCreatedV1>());
        Assert.Equal((HubCodes.EventDataInvalid, "e1"), (found.Code, found.EventId));
        Assert.Equal([$"/{name}"], found.Errors.Select(error => error.Path));
        Assert.Null(found.InnerException);
    }

    [Fact]
    public void Refuses_data_without_what_is_required()
    {
        var found = Assert.Throws<DeliveryException>(
            () => Recorded(JsonNode.Parse("{}")!).TryGetData<BankTestCreatedV1>(out _));
        Assert.Equal(HubCodes.EventDataInvalid, found.Code);
    }

    [Fact]
    public void Gives_data_only_as_the_class_of_its_type()
    {
        var recorded = Recorded(JsonSerializer.SerializeToNode(Person, EventsJsonContext.Default.BankTestCreatedV1)!);
        Assert.True(recorded.Is<BankTestCreatedV1>());
        Assert.True(recorded.TryGetData<BankTestCreatedV1>(out var data));
        Assert.Equal(Person, data);
        Assert.False(recorded.Is<BankAccountCreatedV1>());
        Assert.False(recorded.TryGetData<BankAccountCreatedV1>(out _));
        var found = Assert.Throws<DeliveryException>(() => recorded.GetData<BankAccountCreatedV1>());
        Assert.Equal(HubCodes.EventDataInvalid, found.Code);
        Assert.Contains("BankAccountCreatedV1", found.Message, StringComparison.Ordinal);
        Assert.False((recorded with { Type = "other.thing:done@v1" }).Is<BankTestCreatedV1>());
    }

    [Fact]
    public void Says_that_an_event_has_no_data()
    {
        var found = Assert.Throws<DeliveryException>(
            () => (Recorded(JsonNode.Parse("{}")!) with { Data = default }).GetData<BankTestCreatedV1>());
        Assert.Equal(HubCodes.EventDataInvalid, found.Code);
        Assert.Contains("found none", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Makes_an_event_of_the_type_that_the_data_is_of()
    {
        var made = NewEvents.BankTestCreatedV1("acme", Person);
        Assert.Equal(("bank.test:created@v1", "acme"), (made.Type, made.TenantId));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            made.WriteData(writer);
        }

        Assert.Equal(Person, JsonSerializer.Deserialize(stream.ToArray(), EventsJsonContext.Default.BankTestCreatedV1));
    }

    /// <summary>A timestamp is the same with and without zeros at its end.</summary>
    private static JsonNode WithoutNeedlessZeros(JsonNode data) =>
        JsonNode.Parse(data.ToJsonString().Replace(".330Z\"", ".33Z\"", ignoreCase: false, CultureInfo.InvariantCulture))!;

    private static RecordedEvent Recorded(JsonNode data) => new()
    {
        Id = "e1",
        Type = EventTypes.BankTestCreatedV1,
        Source = Sources.Bank,
        TenantId = "acme",
        Sequence = 1,
        Time = DateTimeOffset.UnixEpoch,
        RecordedTime = DateTimeOffset.UnixEpoch,
        Data = data.ToElement(),
    };
}
