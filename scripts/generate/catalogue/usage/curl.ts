import { hereDocument, shellQuoted } from './shell-text.ts';
import { type SnippetLanguage, TENANT } from './snippet.ts';

const READ_SCOPE = 'events:read';

const tokenLine = (scope: string): string => `TOKEN=$(npx tidings token --scope ${scope} --tenant ${TENANT})`;

/** With nothing but HTTP. */
export const curl: SnippetLanguage = {
  id: 'curl',
  label: 'curl',
  publish: ({ schema }) => [
    {
      title: 'A CloudEvent in structured mode; sent again under its id, it changes nothing',
      language: 'sh',
      code: `${tokenLine(schema.module)}

curl -sS --fail-with-body "$API_URL/events" \\
  -H "authorization: Bearer $TOKEN" \\
  -H 'content-type: application/cloudevents+json' \\
  --data-binary @- ${hereDocument({
    specversion: '1.0',
    id: `${schema.module}-${schema.entity}-${schema.action}-1`,
    source: schema.source,
    type: schema.type,
    tenantid: TENANT,
    data: schema.examples[0],
  })}`,
    },
  ],
  subscribe: ({ schema }) => [
    {
      title: 'Read what is recorded; go on after the `through` of the answer',
      language: 'sh',
      code: `${tokenLine(READ_SCOPE)}

curl -sS --fail-with-body -G "$API_URL/events" \\
  -H "authorization: Bearer $TOKEN" \\
  --data-urlencode ${shellQuoted(`types=${schema.type}`)} \\
  --data-urlencode 'after=0'`,
    },
  ],
};
