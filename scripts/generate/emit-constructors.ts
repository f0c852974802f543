import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { valueName } from './names.ts';
import { comment, literal, quoted } from './source-text.ts';

/** A function for each event type that makes an event of it: functions only, so that a bundler keeps the used ones. */
export function emitConstructors(schemas: readonly EventSchema[]): string {
  return `${HEADER}
import { createEvent, type EventContent } from '../src/events/create-event.ts';
import type { NewEvent } from '../src/events/typed-events.ts';

${schemas.map(emitConstructor).join('\n')}`;
}

function emitConstructor(schema: EventSchema): string {
  const name = valueName(schema);
  const type = quoted(schema.type);
  return `${comment(documentation(schema, name))}
export function ${name}(event: EventContent<${type}>): NewEvent<${type}> {
  return createEvent(${type}, event);
}
`;
}

function documentation({ type, title, description, deprecated, examples }: EventSchema, name: string): string {
  return [
    description === '' ? `${title}.` : description,
    `\nMakes an event of type \`${type}\`. Publish it with a \`TidingsApiClient\` or a \`TidingsBusClient\`.`,
    ...(deprecated ? ['\n@deprecated The schema says so.'] : []),
    '\n@example',
    '```ts',
    `${name}(${literal({ tenantid: 'acme', data: examples[0] })});`,
    '```',
  ].join('\n');
}
