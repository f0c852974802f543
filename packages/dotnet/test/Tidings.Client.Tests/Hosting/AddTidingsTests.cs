using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tidings.Client.Tests.Hosting;

public sealed class AddTidingsTests
{
    private const string Secret = "a secret that stays here";

    [Fact]
    public async Task Refuses_to_start_a_host_and_names_all_that_is_wrong()
    {
        using var host = HostWith(services => services.AddTidings(options =>
        {
            options.ApiUrl = "http://hub.example";
            options.SocketUrl = "https://hub.example";
            options.Credentials = new ClientCredentials { ClientId = "", ClientSecret = Secret, Issuer = "https://issuer.example" };
            options.Timing = PublishTiming.Default with { Attempts = 0 };
        }));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Collection(
            error.Failures,
            failure => Assert.StartsWith("Tidings: ApiUrl: expected an https URL", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Tidings: SocketUrl: expected a wss URL", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Tidings: Expected Timing.Attempts", failure, StringComparison.Ordinal),
            failure => Assert.StartsWith("Tidings: Credentials: Expected ClientId", failure, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_to_start_without_anything_that_gives_tokens()
    {
        using var host = HostWith(services => services.AddTidings(options => options.ApiUrl = "https://hub.example"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            "Tidings: Credentials: expected credentials, or an ITokenSource among the services, found neither",
            Assert.Single(error.Failures));
    }

    [Fact]
    public async Task Takes_no_source_of_tokens_for_its_own_that_is_registered_under_a_key()
    {
        using var host = HostWith(services => services
            .AddKeyedSingleton<ITokenSource>("another hub", new FixedTokens())
            .AddTidings(options => options.ApiUrl = "https://hub.example"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.StartsWith("Tidings: Credentials: expected credentials", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_live_events_without_the_URL_of_a_socket()
    {
        using var host = HostWith(services => services
            .AddSingleton<ITokenSource>(new FixedTokens())
            .AddScoped(_ => new Handler())
            .AddTidings(options => options.ApiUrl = "https://hub.example")
            .AddTidingsLive<Handler>());

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.StartsWith("Tidings: SocketUrl: expected a wss URL", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_to_start_with_a_filter_that_cannot_be_used()
    {
        using var host = HostWith(services => services
            .AddSingleton<ITokenSource>(new FixedTokens())
            .AddScoped(_ => new Handler())
            .AddTidings(options => (options.ApiUrl, options.SocketUrl) = ("https://hub.example", "wss://hub.example"))
            .AddTidingsLive<Handler>(live => live with { Filter = new EventFilter { Types = [""] } }));

        var error = await Assert.ThrowsAsync<OptionsException>(() => host.StartAsync());

        Assert.Equal(ErrorCodes.OptionsInvalid, error.Code);
    }

    [Fact]
    public void Reads_a_configuration()
    {
        using var services = ServicesWith(new Dictionary<string, string?>
        {
            ["ApiUrl"] = "https://hub.example",
            ["SocketUrl"] = "wss://hub.example",
            ["Credentials:ClientId"] = "billing",
            ["Credentials:ClientSecret"] = Secret,
            ["Credentials:Issuer"] = "https://issuer.example",
            ["Credentials:Scopes:0"] = "bank",
            ["Credentials:Scopes:1"] = "events:read",
            ["Credentials:Authentication"] = "post",
            ["Credentials:Parameters:resource"] = "https://hub.example",
        });

        var options = services.GetRequiredService<IOptions<TidingsOptions>>().Value;

        Assert.Equal(("https://hub.example", "wss://hub.example"), (options.ApiUrl, options.SocketUrl));
        var credentials = options.Credentials!;
        Assert.Equal(("billing", Secret, "https://issuer.example"), (credentials.ClientId, credentials.ClientSecret, credentials.Issuer));
        Assert.Equal(["bank", "events:read"], credentials.Scopes!);
        Assert.Equal(ClientAuthentication.Post, credentials.Authentication);
        Assert.Equal("https://hub.example", credentials.Parameters!["resource"]);
    }

    [Fact]
    public void Names_what_is_misspelt_in_a_configuration()
    {
        using var services = ServicesWith(new Dictionary<string, string?>
        {
            ["ApiUrl"] = "https://hub.example",
            ["SoketUrl"] = "wss://hub.example",
            ["Credentials:ClientId"] = "billing",
            ["Credentials:ClientSecret"] = Secret,
            ["Credentials:Isuer"] = "https://issuer.example",
            ["Credentials:Authentication"] = "2",
        });

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<TidingsOptions>>().Value);

        Assert.Contains(error.Failures, failure => failure.Contains("Tidings:SoketUrl: expected one of ApiUrl", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("Tidings:Credentials:Isuer", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.Contains("Basic or Post, found '2'", StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishes_with_the_token_source_and_the_handlers_of_the_program()
    {
        using var hub = new Hub();
        var services = new ServiceCollection()
            .AddSingleton<ITokenSource>(new FixedTokens())
            .AddTidings(options => options.ApiUrl = "https://hub.example");
        services.AddHttpClient(TidingsHttpClients.Hub).ConfigurePrimaryHttpMessageHandler(() => hub);
        await using var provider = services.BuildServiceProvider();

        var published = await provider.GetRequiredService<ITidingsPublisher>().PublishAsync(NewTest("1"));

        Assert.Equal("1", published.Id);
        Assert.Equal(["https://hub.example/events Bearer of-the-program"], hub.Requests);
    }

    [Fact]
    public void Keeps_a_publisher_that_is_there_already()
    {
        using var bus = new TidingsBusClient(new TidingsBusOptions { Buses = Buses.OfEnvironment("dev") });
        using var services = new ServiceCollection()
            .AddSingleton<ITidingsPublisher>(bus)
            .AddSingleton<ITokenSource>(new FixedTokens())
            .AddTidings(options => options.ApiUrl = "https://hub.example")
            .BuildServiceProvider();

        Assert.Same(bus, services.GetRequiredService<ITidingsPublisher>());
    }

    [Theory]
    [InlineData(TidingsHttpClients.Hub)]
    [InlineData(TidingsHttpClients.Issuer)]
    public void Follows_no_redirection(string name)
    {
        using var services = ServicesWith(new Dictionary<string, string?>());
        var handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        Assert.False(handler switch
        {
            SocketsHttpHandler sockets => sockets.AllowAutoRedirect,
            HttpClientHandler http => http.AllowAutoRedirect,
            _ => throw new InvalidOperationException($"Expected a handler that is known, found {handler.GetType()}"),
        });
    }

    private static IHost HostWith(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        add(builder.Services);
        return builder.Build();
    }

    private static ServiceProvider ServicesWith(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create($"Tidings:{pair.Key}", pair.Value)))
            .Build();
        return new ServiceCollection().AddTidings(configuration.GetSection("Tidings")).BuildServiceProvider();
    }

    private static NewEvent<JsonElement> NewTest(string id)
    {
        using var data = JsonDocument.Parse("{}");
        return NewEvent.FromJson("bank.test:created@v1", "acme", data.RootElement.Clone()) with { Id = id };
    }

    private sealed class FixedTokens : ITokenSource
    {
        public ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken) => new("of-the-program");
    }

    private sealed class Handler : IEventHandler
    {
        public Task HandleAsync(RecordedEvent recordedEvent, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Hub : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.RequestUri} {request.Headers.Authorization}");
            const string answer = """{"accepted":[{"id":"1","type":"bank.test:created@v1"}],"rejected":[]}""";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Accepted)
            {
                RequestMessage = request,
                Content = new StringContent(answer, Encoding.UTF8, "application/json"),
            });
        }
    }
}
