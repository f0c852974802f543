import type { EventSchema } from '../event-schema.ts';
import { typeName } from '../names.ts';
import { NAMESPACE } from './emit-model.ts';
import { DEPRECATED_TOO, docElement, HEADER, quoted, xmlCode, xmlText } from './source-text.ts';

const pragma = (schemas: readonly EventSchema[]): string =>
  schemas.some(({ deprecated }) => deprecated) ? DEPRECATED_TOO : '';

/** A method for each event type that makes an event of it. */
export function emitNewEvents(schemas: readonly EventSchema[]): string {
  return `${HEADER}
${pragma(schemas)}using ${NAMESPACE};

namespace Tidings.Client;

/// <summary>Makes events to publish, of every type that had a schema when this package was made.</summary>
public static class NewEvents
{
${schemas.map(emitMethod).join('\n')}}
`;
}

function emitMethod(schema: EventSchema): string {
  const name = typeName(schema);
  const { type, description, title, deprecated } = schema;
  return [
    ...docElement('summary', xmlText(description === '' ? title : description), '    '),
    ...docElement('remarks', `Makes an event of type ${xmlCode(type)}.`, '    '),
    ...docElement('param', 'The tenant whose event it is.', '    ', ' name="tenantId"'),
    ...docElement('param', 'What happened.', '    ', ' name="data"'),
    ...(deprecated ? ['    [System.Obsolete("The schema says so.")]'] : []),
    `    public static NewEvent<${name}> ${name}(string tenantId, ${name} data) =>`,
    `        new(EventTypes.${name}, tenantId, data, EventsJsonContext.Default.${name});`,
    '',
  ].join('\n');
}

/** How the data of all types is written and read as JSON, without reflection. */
export function emitJsonContext(schemas: readonly EventSchema[]): string {
  return `${HEADER}
${pragma(schemas)}using System.Text.Json.Serialization;

namespace ${NAMESPACE};

/// <summary>How the data of events is written and read as JSON: as its schema says, and without reflection.</summary>
[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true,
    Converters = [typeof(TimestampConverter), typeof(WholeNumberConverter)])]
${schemas.map((schema) => `[JsonSerializable(typeof(${typeName(schema)}))]\n`).join('')}public sealed partial class EventsJsonContext : JsonSerializerContext;
`;
}

/** Which class the data of a type is. */
export function emitEventModels(schemas: readonly EventSchema[]): string {
  return `${HEADER}
${pragma(schemas)}using System.Text.Json.Serialization.Metadata;

namespace ${NAMESPACE};

/// <summary>Which class the data of an event type is.</summary>
internal static class EventModels
{
    /// <summary>How its data is written and read; <see langword="null"/> for a type that is not among these.</summary>
    public static JsonTypeInfo? Find(string eventType) => eventType switch
    {
${schemas.map((schema) => `        ${quoted(schema.type)} => EventsJsonContext.Default.${typeName(schema)},\n`).join('')}        _ => null,
    };
}
`;
}
