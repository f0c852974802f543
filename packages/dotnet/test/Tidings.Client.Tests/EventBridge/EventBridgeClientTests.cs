using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Tidings.Client.PutEvents;

namespace Tidings.Client.Tests.EventBridge;

public sealed class EventBridgeClientTests
{
    private static readonly EventBridgeEntry Entry = new(
        "tidings-dev-bank",
        "com.tidings.bank",
        "bank.test:created@v1",
        """{"id":"1","data":{"name":"Åse \"<x>\""}}""",
        new DateTimeOffset(2026, 1, 31, 9, 30, 0, 250, TimeSpan.Zero));

    private static readonly BasicAWSCredentials Credentials = new("AKIDEXAMPLE", "a secret that stays here");

    [Fact]
    public async Task Puts_an_entry_as_the_service_documents_it()
    {
        using var wire = new Wire(HttpStatusCode.OK, """{"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}""");
        using var client = Client(wire, new EventBridgeClientOptions { Region = "eu-north-1", Credentials = Credentials });

        var results = await client.PutEventsAsync([Entry], CancellationToken.None);

        Assert.Equal([new EventBridgeResult("e-1")], results);
        var request = Assert.Single(wire.Requests);
        Assert.Equal("https://events.eu-north-1.amazonaws.com/", request.Uri);
        Assert.Equal("AWSEvents.PutEvents", request.Header("X-Amz-Target"));
        Assert.Equal("application/x-amz-json-1.1", request.Header("Content-Type"));
        Assert.Contains("/eu-north-1/events/aws4_request", request.Header("Authorization"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", request.ToString(), StringComparison.Ordinal);
        using var body = JsonDocument.Parse(request.Body);
        var entry = Assert.Single(body.RootElement.GetProperty("Entries").EnumerateArray());
        Assert.Equal(Entry.EventBusName, entry.GetProperty("EventBusName").GetString());
        Assert.Equal(Entry.Source, entry.GetProperty("Source").GetString());
        Assert.Equal(Entry.DetailType, entry.GetProperty("DetailType").GetString());
        Assert.Equal(Entry.Detail, entry.GetProperty("Detail").GetString());
        Assert.Equal(1_769_851_800.25m, entry.GetProperty("Time").GetDecimal());
        Assert.Equal(5, entry.EnumerateObject().Count());
    }

    [Fact]
    public async Task Tells_of_every_entry_in_order()
    {
        const string Answer =
            """{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"slow"},{"EventId":"e-2"}]}""";
        using var wire = new Wire(HttpStatusCode.OK, Answer);
        using var client = Client(wire, new EventBridgeClientOptions { Region = "eu-north-1", Credentials = Credentials });

        var results = await client.PutEventsAsync([Entry, Entry], CancellationToken.None);

        Assert.Equal([new EventBridgeResult(null, "ThrottlingException", "slow"), new EventBridgeResult("e-2")], results);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"Entries":{}}""")]
    public async Task Finds_no_results_in_an_answer_without_entries(string answer)
    {
        using var wire = new Wire(HttpStatusCode.OK, answer);
        using var client = Client(wire, new EventBridgeClientOptions { Region = "eu-north-1", Credentials = Credentials });

        Assert.Empty(await client.PutEventsAsync([Entry], CancellationToken.None));
    }

    [Fact]
    public async Task Throws_the_refusal_of_the_service_with_its_code_and_status()
    {
        const string Answer = """{"__type":"com.amazonaws.events#AccessDeniedException","message":"not on this bus"}""";
        using var wire = new Wire(HttpStatusCode.BadRequest, Answer);
        using var client = Client(wire, new EventBridgeClientOptions { Region = "eu-north-1", Credentials = Credentials });

        var error = await Assert.ThrowsAsync<AmazonServiceException>(
            () => client.PutEventsAsync([Entry], CancellationToken.None));

        Assert.Equal(("AccessDeniedException", HttpStatusCode.BadRequest, "not on this bus"), (error.ErrorCode, error.StatusCode, error.Message));
        Assert.Single(wire.Requests);
    }

    [Fact]
    public async Task Follows_no_redirection()
    {
        using var wire = new Wire(HttpStatusCode.RedirectKeepVerb, "", new Uri("https://elsewhere.example/"));
        using var client = Client(wire, new EventBridgeClientOptions { Region = "eu-north-1", Credentials = Credentials });

        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => client.PutEventsAsync([Entry], CancellationToken.None));

        Assert.All(wire.Requests, request => Assert.Contains("amazonaws.com", request.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signs_for_the_region_that_is_named_wherever_the_address_is()
    {
        using var wire = new Wire(HttpStatusCode.OK, "{}");
        var options = new EventBridgeClientOptions
        {
            Region = "eu-north-1",
            ServiceUrl = new Uri("http://127.0.0.1:4566"),
            Credentials = Credentials,
        };
        using var client = Client(wire, options);

        await client.PutEventsAsync([Entry], CancellationToken.None);

        var request = Assert.Single(wire.Requests);
        Assert.Equal("http://127.0.0.1:4566/", request.Uri);
        Assert.Contains("/eu-north-1/events/aws4_request", request.Header("Authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eu-north-1", false, false, "https://events.eu-north-1.amazonaws.com/")]
    [InlineData("us-east-1", true, false, "https://events-fips.us-east-1.amazonaws.com/")]
    [InlineData("us-gov-west-1", true, false, "https://events.us-gov-west-1.amazonaws.com/")]
    [InlineData("us-east-1", false, true, "https://events.us-east-1.api.aws/")]
    [InlineData("us-east-1", true, true, "https://events-fips.us-east-1.api.aws/")]
    [InlineData("cn-north-1", false, false, "https://events.cn-north-1.amazonaws.com.cn/")]
    public async Task Finds_the_endpoint_of_a_region(string region, bool isFips, bool isDualStack, string expected)
    {
        using var wire = new Wire(HttpStatusCode.OK, "{}");
        var config = new PutEventsConfig
        {
            HttpClientFactory = wire,
            UseFIPSEndpoint = isFips,
            UseDualstackEndpoint = isDualStack,
        };
        var options = new EventBridgeClientOptions { Region = region, Credentials = Credentials };
        using var client = new EventBridgeClient(options, config);

        await client.PutEventsAsync([Entry], CancellationToken.None);

        Assert.Equal(expected, Assert.Single(wire.Requests).Uri);
    }

    private static EventBridgeClient Client(Wire wire, EventBridgeClientOptions options) =>
        new(options, new PutEventsConfig { HttpClientFactory = wire });
}
