import { modules } from '@tidings/contracts/gen/catalogue.ts';
import { ACCESS_OPTIONS, CLAIM_OPTIONS, getToken, readClaims, readCredentials } from './access-token.ts';
import { defineCommand } from './command.ts';
import { readTarget } from './target.ts';
import { MANAGE_SCOPE, READ_SCOPE } from './tokens.ts';

const ALL_SCOPES = [...modules, READ_SCOPE, MANAGE_SCOPE].join(' ');

export const token = defineCommand({
  name: 'token',
  summary: 'get an access token',
  usage: '[options]',
  details: ['Prints the token alone. An issuer other than the sandbox puts its own claims into it.'],
  examples: [
    'curl -H "Authorization: Bearer $(npx tidings token --tenant acme)" http://127.0.0.1:4100/events',
    'tidings token --scope bank --tenant acme --expires-in 60',
  ],
  options: {
    scope: { type: 'string', multiple: true, value: '"SCOPE …"', summary: `scopes (default: "${ALL_SCOPES}")` },
    ...CLAIM_OPTIONS,
    ...ACCESS_OPTIONS,
  },
  mostPositionals: 0,
  async run(given, terminal) {
    const target = await readTarget(given.text('target'), terminal);
    const scope = given.list('scope').join(' ') || ALL_SCOPES;
    const { text } = await getToken(target, readCredentials(given, terminal, target), scope, readClaims(given));
    terminal.output.write(`${text}\n`);
    return 0;
  },
});
