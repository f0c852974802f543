namespace Tidings.Client.Tests.EventBridge;

public sealed class BusesTests
{
    [Fact]
    public void Are_those_that_the_variable_names()
    {
        var buses = Buses.Parse("""{"bank":"arn:aws:events:eu-north-1:111111111111:event-bus/tidings-prod-bank"}""");

        Assert.Equal("arn:aws:events:eu-north-1:111111111111:event-bus/tidings-prod-bank", buses.NameOf("bank"));
        Assert.Equal("eu-north-1", buses.Region);
        Assert.Null(buses.NameOf("community"));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"tidings-dev-bank\"")]
    [InlineData("""{"bank":""}""")]
    [InlineData("""{"bank":1}""")]
    public void Are_refused_with_what_the_variable_has_instead(string text)
    {
        var error = Assert.Throws<OptionsException>(() => Buses.Parse(text));

        Assert.Equal(ErrorCodes.OptionsInvalid, error.Code);
        Assert.Equal($"Expected TIDINGS_BUSES to be JSON such as {{\"bank\":\"tidings-dev-bank\"}}, found '{text}'", error.Detail);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Are_missed_when_the_client_is_made(string? text)
    {
        var error = Assert.Throws<OptionsException>(() => Buses.Parse(text));

        Assert.Equal("Expected buses, or the variable TIDINGS_BUSES in the environment, found neither", error.Detail);
    }

    [Fact]
    public void Are_refused_if_one_client_cannot_reach_them_all()
    {
        var names = new Dictionary<string, string>
        {
            ["bank"] = "arn:aws:events:eu-north-1:111111111111:event-bus/tidings-prod-bank",
            ["community"] = "arn:aws:events:eu-west-1:111111111111:event-bus/tidings-prod-community",
        };

        var error = Assert.Throws<OptionsException>(() => Buses.Named(names));

        Assert.Contains("found eu-north-1 and eu-west-1", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-dev")]
    [InlineData("dev/../prod")]
    [InlineData("dév")]
    public void Are_not_made_of_what_is_no_name_of_an_environment(string environment) =>
        Assert.Equal(ErrorCodes.OptionsInvalid, Assert.Throws<OptionsException>(() => Buses.OfEnvironment(environment)).Code);

    [Fact]
    public void Are_named_like_their_environment() =>
        Assert.Equal("tidings-dev-bank", Buses.OfEnvironment("dev").NameOf("bank"));
}
