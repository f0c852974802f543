import type { EventDocument } from './draft.ts';

/** A text as one argument of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The command that publishes an event, or several. The token stands in a variable: none is ever shown. */
export function curlOf(apiUrl: string, events: readonly EventDocument[]): string {
  const [first] = events;
  const isBatch = events.length !== 1;
  const body = JSON.stringify(isBatch ? events : first, undefined, 2);
  const media = isBatch ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
  return [
    `curl ${quoted(`${apiUrl}/events`)} \\`,
    '  -H "Authorization: Bearer $TOKEN" \\',
    `  -H 'Content-Type: ${media}' \\`,
    `  --data-binary ${quoted(body)}`,
  ].join('\n');
}

/** The program that does. */
export function typescriptOf(apiUrl: string, events: readonly EventDocument[]): string {
  const isBatch = events.length !== 1;
  const shown = events.map((event) => literal(newEventOf(event)));
  const argument = isBatch ? `[${shown.map((each) => indented(`\n${each},`)).join('')}\n]` : (shown[0] ?? '');
  return `import { TidingsApiClient } from '@tidings/client';

const client = new TidingsApiClient({
  apiUrl: ${JSON.stringify(apiUrl)},
  token: () => process.env['TOKEN'] ?? '',
});

${isBatch ? 'const { accepted, rejected } = ' : ''}await client.publish(${argument});
`;
}

const LISTS: ReadonlySet<string> = new Set(['organizationids', 'userids', 'roleids']);

/** As the client takes it: what follows from the type is left out, and lists are lists. */
const newEventOf = ({ specversion: _, source: __, ...event }: EventDocument): object =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      LISTS.has(name) && typeof value === 'string' ? value.split(',') : value,
    ]),
  );

const literal = (value: object): string =>
  JSON.stringify(value, undefined, 2).replace(/^(\s*)"([a-z]\w*)":/gim, '$1$2:');

const indented = (text: string): string => text.replaceAll('\n', '\n  ');
