using System.Text;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>What a client sends. Source: PROTOCOL.md.</summary>
internal abstract record ClientFrame
{
    /// <summary>The text of the frame under an id.</summary>
    public string Write(string id)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            WriteMembers(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private protected abstract void WriteMembers(Utf8JsonWriter writer);

    private static void WriteCursor(Utf8JsonWriter writer, StartFrom start)
    {
        if (ReferenceEquals(start, StartFrom.Now))
        {
            return;
        }

        writer.WriteStartObject("cursor");
        if (start.After is { } cursor)
        {
            writer.WriteString("epoch", cursor.Epoch);
        }

        writer.WriteNumber("sequence", start.After?.Sequence ?? 0);
        writer.WriteEndObject();
    }

    public sealed record Subscribe(Wish Wish, StartFrom Start) : ClientFrame
    {
        private protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WriteString("action", "subscribe");
            if (Wish.Subscription is not null)
            {
                writer.WriteString("subscription", Wish.Subscription);
                return;
            }

            writer.WritePropertyName("filter");
            FilterRules.Write(writer, Wish.Filter);
            WriteCursor(writer, Start);
        }
    }

    public sealed record Sync(StartFrom Start) : ClientFrame
    {
        private protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WriteString("action", "sync");
            WriteCursor(writer, Start);
        }
    }

    public sealed record Acknowledge(string Subscription, Cursor Cursor) : ClientFrame
    {
        private protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WriteString("action", "ack");
            writer.WriteString("subscription", Subscription);
            writer.WriteNumber("sequence", Cursor.Sequence);
            writer.WriteString("epoch", Cursor.Epoch);
        }
    }

    public sealed record RenewToken(string Token) : ClientFrame
    {
        /// <summary>A record would print it.</summary>
        public override string ToString() => nameof(RenewToken);

        private protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WriteString("action", "token");
            writer.WriteString("token", Token);
        }
    }
}
