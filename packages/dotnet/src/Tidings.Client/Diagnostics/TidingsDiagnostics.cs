using System.Diagnostics;

namespace Tidings.Client;

/// <summary>
/// What this package tells OpenTelemetry. Add <see cref="SourceName"/> to the tracer's sources: publishing is a producer
/// span, handling a consumer span, and both belong to one trace, which travels in the event (<c>traceparent</c>). Tags
/// keep to the semantic conventions for messaging and CloudEvents, and hold no data of events and no tokens.
/// </summary>
public static class TidingsDiagnostics
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Tidings.Client";

    /// <summary>Where the spans come from.</summary>
    public static ActivitySource ActivitySource { get; } =
        new(SourceName, typeof(TidingsDiagnostics).Assembly.GetName().Version?.ToString(3));

    /// <summary>
    /// Begins the span of an event that is being handled. Its parent is what the event carries, so it belongs to the trace
    /// of who published it; what was current before is linked. Dispose it when the event has been dealt with.
    /// </summary>
    /// <param name="recordedEvent">The event that is about to be handled.</param>
    /// <param name="subscription">The durable subscription that it comes from, if it is one.</param>
    /// <returns>The span; nothing if nobody listens.</returns>
    public static Activity? StartProcess(RecordedEvent recordedEvent, string? subscription = null)
    {
        if (!ActivitySource.HasListeners())
        {
            return null;
        }

        var current = Activity.Current?.Context;
        var hasParent = ActivityContext.TryParse(
            recordedEvent.TraceParent, recordedEvent.TraceState, isRemote: true, out var parent);
        var links = hasParent && current is { } context ? new[] { new ActivityLink(context) } : null;
        var activity = ActivitySource.StartActivity(
            $"process {recordedEvent.Type}", ActivityKind.Consumer, hasParent ? parent : current ?? default, links: links);
        if (activity is null)
        {
            return null;
        }

        Tag(activity, "process", "process", recordedEvent.Id, recordedEvent.Type);
        activity.SetTag("cloudevents.event_source", recordedEvent.Source);
        if (subscription is not null)
        {
            activity.SetTag("messaging.destination.subscription.name", subscription);
        }

        return activity;
    }

    /// <summary>Begins the span of an event that is being published, and makes it current.</summary>
    internal static Activity? StartPublish(string type) =>
        ActivitySource.StartActivity($"publish {type}", ActivityKind.Producer);

    /// <summary>Says of a span which event it is about.</summary>
    internal static void TagPublish(Activity? activity, string id, string type)
    {
        if (activity is not null)
        {
            Tag(activity, "publish", "send", id, type);
        }
    }

    /// <summary>Ends a span. Only the code of an error is told: texts may quote what was sent.</summary>
    internal static void Fail(Activity? activity, string code) =>
        activity?.SetTag("error.type", code).SetStatus(ActivityStatusCode.Error, code);

    private static void Tag(Activity activity, string operation, string operationType, string id, string type)
    {
        activity.SetTag("messaging.system", "tidings");
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", operationType);
        activity.SetTag("messaging.destination.name", type.Split('.')[0]);
        activity.SetTag("messaging.message.id", id);
        activity.SetTag("cloudevents.event_id", id);
        activity.SetTag("cloudevents.event_type", type);
    }
}
