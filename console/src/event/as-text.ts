import type { RecordedEvent, TidingsEvent } from '@tidings/client';

/** An event as the hub delivers it, by whichever client. */
export type SeenEvent = RecordedEvent | TidingsEvent;

/** What the hub has added, and what belongs to that one happening: another event has its own. */
const OF_THE_RECORDED = new Set(['id', 'time', 'sequence', 'recordedtime', 'dataref', 'traceparent', 'tracestate']);

/** Characters that nobody sees, or that turn the direction of what follows. In JSON they can be written as escapes. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string): string => {
  let text = '';
  for (let at = 0; at < character.length; at += 1)
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return text;
};

/** JSON text that means the same, without characters that would hide in an editor or a terminal. */
const unveiled = (json: string): string => json.replace(UNSEEN, escaped);

/** More hidden characters than these are not drawn one by one: each is an element, and thousands stop the page. */
const MOST_DRAWN = 200;

function hidesMuch(text: string): boolean {
  let count = 0;
  for (const _ of text.matchAll(UNSEEN)) {
    count += 1;
    if (count > MOST_DRAWN) return true;
  }
  return false;
}

/** Nested deeper than this, the indentation would be most of the text, and nobody could follow it. */
const MOST_INDENTED = 100;

function isDeep(value: unknown): boolean {
  // Not by calls in calls: it may be deeper than those can go.
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_INDENTED) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

/**
 * JSON, indented where that helps, for people.
 * @param isPlain leaves characters as they are, unless very many are hidden: for a view that shows those by itself
 */
export function asJson(value: unknown, isPlain = false): string {
  try {
    const text = JSON.stringify(value, null, isDeep(value) ? 0 : 2) ?? 'null';
    return isPlain && !hidesMuch(text) ? text : unveiled(text);
  } catch (error) {
    // Nested deeper than the browser's stack, or no JSON at all.
    return `(This cannot be written as JSON: ${error instanceof Error ? error.name : typeof error})`;
  }
}

/** As it would be published again: without what the hub has added, as an event of its own. */
export function asNewEvent(event: SeenEvent): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !OF_THE_RECORDED.has(name)));
}

/**
 * A command for a shell that publishes an event of the same content. The token is a variable: what is copied is pasted
 * into places that keep it.
 */
export function asCurl(event: SeenEvent, apiUrl: string, id: string): string {
  const { specversion, ...others } = asNewEvent(event);
  const body = unveiled(JSON.stringify({ specversion, id, ...others }));
  return [
    `curl --request POST ${quoted(`${apiUrl}/events`)}`,
    `  --header "Authorization: Bearer $TOKEN"`,
    `  --header 'Content-Type: application/cloudevents+json'`,
    `  --data-binary ${quoted(body)}`,
  ].join(' \\\n');
}

/** In single quotes nothing means anything to a shell but a single quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A program that publishes an event of the same content. */
export function asTypeScript(event: SeenEvent, apiUrl: string): string {
  const { specversion: _, source: __, ...content } = asNewEvent(event);
  return [
    `import { TidingsApiClient } from '@tidings/client';`,
    '',
    'const tidings = new TidingsApiClient({',
    `  apiUrl: ${literal(apiUrl)},`,
    `  token: () => process.env['TOKEN'] ?? '',`,
    '});',
    '',
    `await tidings.publish(${literal(content)});`,
    '',
  ].join('\n');
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A value of JSON as it is written in a program, in the style of this project. */
function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => `${inner}${literal(each, inner)},\n`)
    : Object.entries(value).map(([name, each]) => `${inner}${keyLiteral(name)}: ${literal(each, inner)},\n`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join('')}${indent}${close}`;
}

/** `{ '__proto__': … }` would set the prototype; a computed name is a name like any other. */
const keyLiteral = (name: string): string =>
  name === '__proto__' ? `['__proto__']` : NAME.test(name) ? name : stringLiteral(name);

const stringLiteral = (text: string): string =>
  `'${unveiled(JSON.stringify(text)).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
