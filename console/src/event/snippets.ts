import type { NewEvent } from '@tidings/client';
import { unveiled } from './unseen.ts';

/** A CloudEvent as JSON has it: whole, or without what publishing adds. */
export type EventContent = Readonly<Record<string, unknown>>;

/**
 * The command for a shell that publishes an event, or several as a batch. The token is a variable: what is copied is
 * pasted into places that keep it.
 */
export function curlOf(apiUrl: string, events: readonly EventContent[]): string {
  const isBatch = events.length !== 1;
  const media = isBatch ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
  return [
    `curl --request POST ${quoted(`${apiUrl}/events`)}`,
    `  --header "Authorization: Bearer $TOKEN"`,
    `  --header 'Content-Type: ${media}'`,
    `  --data-binary ${quoted(unveiled(JSON.stringify(isBatch ? events : events[0], undefined, 2)))}`,
  ].join(' \\\n');
}

/** In single quotes nothing means anything to a shell but a single quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The program that publishes an event, or several. */
export function typescriptOf(apiUrl: string, events: readonly EventContent[]): string {
  const shown = events.map(argumentOf);
  return [
    `import { TidingsApiClient } from '@tidings/client';`,
    '',
    'const tidings = new TidingsApiClient({',
    `  apiUrl: ${literal(apiUrl)},`,
    `  token: () => process.env['TOKEN'] ?? '',`,
    '});',
    '',
    events.length === 1
      ? `await tidings.publish(${literal(shown[0])});`
      : `const { accepted, rejected } = await tidings.publish(${literal(shown)});`,
    '',
  ].join('\n');
}

const LISTS: ReadonlySet<string> = new Set<keyof NewEvent>(['organizationids', 'userids', 'roleids']);

const ATTRIBUTES: ReadonlySet<string> = new Set<keyof NewEvent>([
  ...(['type', 'tenantid', 'id', 'time', 'subject', 'organizationids', 'userids', 'roleids', 'actorid'] as const),
  ...(['correlationid', 'causationid', 'traceparent', 'tracestate', 'dataschema', 'data'] as const),
]);

/** What follows from the type, or is the same for all that the client sends. */
const IMPLIED: ReadonlySet<string> = new Set(['specversion', 'source', 'datacontenttype']);

/** An event as `publish` takes it: lists are lists, and attributes of one's own are set apart. */
function argumentOf(event: EventContent): object {
  const entries = Object.entries(event).filter(([name]) => !IMPLIED.has(name));
  const attributes = entries.filter(([name]) => ATTRIBUTES.has(name));
  const extensions = entries.filter(([name]) => !ATTRIBUTES.has(name));
  return {
    ...Object.fromEntries(
      attributes.map(([name, value]) => [
        name,
        LISTS.has(name) && typeof value === 'string' ? value.split(',') : value,
      ]),
    ),
    ...(extensions.length > 0 && { extensions: Object.fromEntries(extensions) }),
  };
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A value of JSON as it is written in a program. */
function literal(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return unveiled(JSON.stringify(value) ?? 'undefined');
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => `${inner}${literal(each, inner)}`)
    : Object.entries(value).map(([name, each]) => `${inner}${keyLiteral(name)}: ${literal(each, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** `{ "__proto__": … }` would set the prototype; a computed name is a name like any other. */
const keyLiteral = (name: string): string =>
  name === '__proto__' ? `['__proto__']` : NAME.test(name) ? name : literal(name);
