import { valueName } from '../../names.ts';
import { literal, memberName, quoted } from '../../source-text.ts';
import { clientOf, consumerOf } from './parties.ts';
import { type Snippet, type SnippetLanguage, type SnippetSubject, TENANT } from './snippet.ts';

/** With `@tidings/client`. */
export const typescript: SnippetLanguage = {
  id: 'typescript',
  label: 'TypeScript',
  publish: (subject) => [overHttp(subject), toTheBus(subject)],
  subscribe: (subject) => [...(subject.schema.clientBroadcast ? [live(subject)] : []), durably(subject)],
};

const event = ({ schema }: SnippetSubject, indent: string): string =>
  literal({ tenantid: TENANT, data: schema.examples[0] ?? {} }, indent);

function overHttp(subject: SnippetSubject): Snippet {
  const make = valueName(subject.schema);
  return {
    title: 'From anywhere, over HTTP',
    language: 'typescript',
    code: `import { ${make}, TidingsApiClient } from '@tidings/client';

const tidings = new TidingsApiClient({
  apiUrl: 'https://events.example.com',
  credentials: {
    issuer: 'https://login.example.com',
    clientId: ${quoted(clientOf(subject.schema))},
    clientSecret: process.env['CLIENT_SECRET'] ?? '',
  },
});

await tidings.publish(
  ${make}(${event(subject, '  ')}),
);`,
  };
}

function toTheBus(subject: SnippetSubject): Snippet {
  const make = valueName(subject.schema);
  return {
    title: 'From a Lambda, straight to the bus',
    language: 'typescript',
    code: `import { ${make} } from '@tidings/client';
import { TidingsBusClient } from '@tidings/client/bus';

const tidings = new TidingsBusClient({ buses: { ${memberName(subject.schema.module)}: ${quoted(subject.bus)} } });

await tidings.publish(
  ${make}(${event(subject, '  ')}),
);`,
  };
}

function live({ schema }: SnippetSubject): Snippet {
  const type = quoted(schema.type);
  return {
    title: 'In a browser, live',
    language: 'typescript',
    code: `import { TidingsLive } from '@tidings/client';

const live = new TidingsLive({
  url: 'wss://socket.example.com/v1',
  token: async () => await (await fetch('/token')).text(),
  filter: { types: [${type}] },
});

live.on(${type}, ({ sequence, subject, data }) => {
  console.log(sequence, subject, data);
});`,
  };
}

function durably({ schema }: SnippetSubject): Snippet {
  return {
    title: 'In a service, with a durable subscription',
    language: 'typescript',
    code: `import { TidingsSubscription } from '@tidings/client';

// The hub keeps filter and cursor under the name. It is made once:
// POST /subscriptions ${JSON.stringify({ name: consumerOf(schema), filter: { types: [schema.type] } })}
const consumer = new TidingsSubscription({
  apiUrl: 'https://events.example.com',
  name: ${quoted(consumerOf(schema))},
  token: async () => process.env['TOKEN'] ?? '',
  transport: 'pull',
  // What it throws at is not acknowledged, and comes again.
  onEvent: async (event) => {
    if (event.type === ${quoted(schema.type)}) console.log(event.id, event.data);
  },
});

consumer.start();`,
  };
}
