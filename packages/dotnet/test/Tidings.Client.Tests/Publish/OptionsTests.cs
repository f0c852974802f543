namespace Tidings.Client.Tests.Publish;

public sealed class OptionsTests : PublishTest
{
    private static readonly TidingsApiOptions Options = new() { ApiUrl = "https://hub.example" };

    public static TheoryData<TidingsApiOptions, string> Wrong => new()
    {
        { Options with { ApiUrl = "http://hub.example" }, "ApiUrl" },
        { Options with { ApiUrl = "hub" }, "ApiUrl" },
        { Options with { ApiUrl = "/v1" }, "ApiUrl" },
        { Options with { ApiUrl = "file:///v1" }, "ApiUrl" },
        { Options with { ApiUrl = null! }, "ApiUrl" },
        { Options with { ApiUrl = string.Empty }, "ApiUrl" },
        { Options with { ApiUrl = "https://hub.example?a=b" }, "ApiUrl" },
        { Options with { ApiUrl = "https://hub.example#a" }, "ApiUrl" },
        { Options with { ApiUrl = $"https://me:{SecretWatch.Secret}@hub.example" }, "ApiUrl" },
        { Options with { ApiUrl = "http://localhost.example.com" }, "ApiUrl" },
        { Options with { ApiUrl = "http://127.0.0.1.example.com" }, "ApiUrl" },
        { Options with { Timing = new() { Attempts = 0 } }, "Timing.Attempts" },
        { Options with { Timing = new() { Budget = TimeSpan.FromSeconds(-1) } }, "Timing.Budget" },
        { Options with { Timing = new() { Request = Timeout.InfiniteTimeSpan } }, "Timing.Request" },
        { Options with { Timing = new() { BackoffCap = TimeSpan.MaxValue } }, "Timing.BackoffCap" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Are_refused_by_name(TidingsApiOptions options, string name)
    {
        using var http = TidingsHttp.CreateClient();
        var exception = Assert.Throws<OptionsException>(() => new TidingsApiClient(http, options, new FakeTokens()));
        Watch.See(exception);
        Assert.Equal(ErrorCodes.OptionsInvalid, exception.Code);
        Assert.Contains(name, exception.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Advice);
    }

    [Theory]
    [InlineData("https://hub.example/v1/")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://[::1]:2/base")]
    [InlineData("http://hub.localhost")]
    public void May_name_this_machine_without_TLS(string apiUrl)
    {
        using var http = TidingsHttp.CreateClient();
        Assert.NotNull(new TidingsApiClient(http, Options with { ApiUrl = apiUrl }, new FakeTokens()));
    }
}
