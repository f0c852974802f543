using System.Text.Json;

namespace Tidings.Client;

/// <summary>Durable subscriptions as they cross the wire.</summary>
internal static class SubscriptionJson
{
    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public static Subscription Read(JsonElement value)
    {
        var reader = new AnswerReader(value);
        var name = reader.Text("name");
        if (FilterRules.Parse(reader.Member("filter"), out var filter) is { Count: > 0 } violations)
        {
            var (path, message) = violations[0];
            throw new HubException(new TidingsProblem(
                ErrorCodes.AnswerInvalid, $"The answer cannot be used: {path} {message}") { Errors = violations });
        }

        var status = reader.Text("status") switch
        {
            "active" => SubscriptionStatus.Active,
            "paused" => SubscriptionStatus.Paused,
            _ => SubscriptionStatus.Unknown,
        };
        return new Subscription(
            name, filter, status, reader.Cursor("cursor"), reader.Time("created"), reader.Time("updated"));
    }

    /// <exception cref="HubException">SUBSCRIPTION_INVALID, FILTER_INVALID, CURSOR_INVALID</exception>
    public static byte[] Write(NewSubscription subscription)
    {
        var name = HubInput.Name(subscription.Name);
        var filter = subscription.Filter is null ? null : HubInput.Filter(subscription.Filter);
        var after = subscription.Start.After is { } cursor ? HubInput.Cursor(cursor) : null;
        return HubJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            WriteFilter(writer, filter);
            if (!ReferenceEquals(subscription.Start, StartFrom.Now))
            {
                writer.WritePropertyName("cursor");
                WritePlace(writer, after?.Epoch, after?.Sequence ?? 0);
            }

            writer.WriteEndObject();
        });
    }

    /// <exception cref="HubException">FILTER_INVALID, SUBSCRIPTION_INVALID</exception>
    public static byte[] Write(SubscriptionUpdate update)
    {
        var filter = update.Filter is null ? null : HubInput.Filter(update.Filter);
        var status = update.Status switch
        {
            null => null,
            SubscriptionStatus.Active => "active",
            SubscriptionStatus.Paused => "paused",
            _ => throw Refused("/status", $"expected one of active, paused, found {update.Status}"),
        };
        if (status is null && filter is null)
        {
            throw Refused("", "expected a status, a filter or both, found neither");
        }

        return HubJson.Write(writer =>
        {
            writer.WriteStartObject();
            if (status is not null)
            {
                writer.WriteString("status", status);
            }

            WriteFilter(writer, filter);
            writer.WriteEndObject();
        });
    }

    /// <param name="epoch">Absent: that of the subscription's cursor.</param>
    /// <param name="sequence">Everything up to here has been dealt with.</param>
    public static byte[] WritePlace(string? epoch, long sequence) =>
        HubJson.Write(writer => WritePlace(writer, epoch, sequence));

    private static void WritePlace(Utf8JsonWriter writer, string? epoch, long sequence)
    {
        writer.WriteStartObject();
        if (epoch is not null)
        {
            writer.WriteString("epoch", epoch);
        }

        writer.WriteNumber("sequence", sequence);
        writer.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter writer, EventFilter? filter)
    {
        if (filter is not null)
        {
            writer.WritePropertyName("filter");
            FilterRules.Write(writer, filter);
        }
    }

    private static HubException Refused(string path, string message) =>
        new(new TidingsProblem(HubCodes.SubscriptionInvalid, $"The subscription cannot be used: {path} {message}")
        {
            Errors = [new Violation(path, message)],
        });
}
