import { hereDocument, shellQuoted } from './shell-text.ts';
import { type SnippetLanguage, TENANT } from './snippet.ts';

/** With the `tidings` command. */
export const commandLine: SnippetLanguage = {
  id: 'command-line',
  label: 'Command line',
  publish: ({ schema }) => [
    {
      title: 'The example of the schema, with a new id',
      language: 'sh',
      code: `npx tidings publish ${schema.type} --tenant ${TENANT}`,
    },
    {
      title: 'Data of your own',
      language: 'sh',
      code: `npx tidings publish ${schema.type} --tenant ${TENANT} --data "$(cat ${hereDocument(schema.examples[0])}\n)"`,
    },
  ],
  // A socket without a durable subscription gets what browsers may get, and no more.
  subscribe: ({ schema }) =>
    schema.clientBroadcast
      ? [
          {
            title: 'See events as they happen',
            language: 'sh',
            code: `npx tidings tail ${shellQuoted(schema.type)} --tenant ${TENANT}`,
          },
        ]
      : [],
};
