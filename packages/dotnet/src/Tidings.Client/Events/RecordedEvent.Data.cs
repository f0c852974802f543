using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidings.Client.Events;

namespace Tidings.Client;

/// <content>Its data as what the schema of its type says.</content>
public sealed partial record RecordedEvent
{
    /// <summary>Whether this is an event of the type whose data <typeparamref name="TData"/> is.</summary>
    /// <typeparam name="TData">A generated class, such as <see cref="BankTransactionCreatedV1"/>.</typeparam>
    public bool Is<TData>() => EventModels.Find(Type) is JsonTypeInfo<TData>;

    /// <summary>The data, if this is an event of the type whose data <typeparamref name="TData"/> is.</summary>
    /// <typeparam name="TData">A generated class, such as <see cref="BankTransactionCreatedV1"/>.</typeparam>
    /// <param name="data">What happened.</param>
    /// <exception cref="DeliveryException">
    /// It is, and its data breaks the schema (<see cref="HubCodes.EventDataInvalid"/>).
    /// </exception>
    public bool TryGetData<TData>([NotNullWhen(true)] out TData? data)
        where TData : class
    {
        if (EventModels.Find(Type) is not JsonTypeInfo<TData> typeInfo)
        {
            data = null;
            return false;
        }

        data = GetData(typeInfo);
        return true;
    }

    /// <summary>The data of an event whose type is known.</summary>
    /// <typeparam name="TData">A generated class, such as <see cref="BankTransactionCreatedV1"/>.</typeparam>
    /// <exception cref="DeliveryException">
    /// It is an event of another type, or its data breaks the schema (<see cref="HubCodes.EventDataInvalid"/>).
    /// </exception>
    public TData GetData<TData>()
        where TData : class =>
        EventModels.Find(Type) is JsonTypeInfo<TData> typeInfo
            ? GetData(typeInfo)
            : throw Invalid($"expected an event whose data is {typeof(TData).Name}, found {Type}", []);

    /// <summary>The data as a class of your own, for a type that is not among the generated ones.</summary>
    /// <typeparam name="TData">Any class.</typeparam>
    /// <param name="typeInfo">How it is read: a property of your own <c>JsonSerializerContext</c>.</param>
    /// <exception cref="DeliveryException">The data does not fit it (<see cref="HubCodes.EventDataInvalid"/>).</exception>
    public TData GetData<TData>(JsonTypeInfo<TData> typeInfo)
        where TData : class
    {
        if (Data.ValueKind == JsonValueKind.Undefined)
        {
            throw Invalid(DataRef is null ? "expected data, found none" : "the data was not fetched from dataref", []);
        }

        try
        {
            return Data.Deserialize(typeInfo) ?? throw Invalid("expected an object, found null", []);
        }
        catch (JsonException exception)
        {
            // Its text may quote the data, so only the place of it is told.
            var path = JsonPath.ToPointer(exception.Path);
            throw Invalid(
                $"expected data of {typeof(TData).Name}, found another at {(path.Length == 0 ? "the whole" : path)}",
                [new Violation(path, "is not what the schema of the type says")]);
        }
    }

    private DeliveryException Invalid(string detail, IReadOnlyList<Violation> errors) =>
        new(new TidingsProblem(HubCodes.EventDataInvalid, detail) { Errors = errors }) { EventId = Id };
}
