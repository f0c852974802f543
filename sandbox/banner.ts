import { styleText } from 'node:util';
import type { Sandbox } from './sandbox.ts';

/** The text that tells where everything is. */
export function toBanner(
  { target, targetFiles, other, engine, logFolder }: Sandbox,
  milliseconds: number,
  colours: boolean,
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(style, text) : text);
  const line = (name: string, value: string) => `  ${paint('dim', name.padEnd(14))}${value}`;
  const [file = ''] = targetFiles;
  // The commands find the first sandbox of the clone by themselves.
  const choice = other === undefined ? '' : ` --target ${file}`;
  const note = `Another sandbox (pid ${other}) keeps .sandbox/target.json; this one's is ${file} — pass --target.`;
  const { consoleUrl } = target;
  return [
    `${paint('bold', 'Tidings')} is up in ${(milliseconds / 1000).toFixed(1)} s`,
    '',
    ...(consoleUrl === undefined ? [] : [line('Console', paint('cyan', consoleUrl))]),
    line('HTTP API', target.apiUrl),
    line('WebSocket API', target.socketUrl),
    line('Tokens', target.tokenUrl),
    line('AWS endpoint', `${target.awsEndpointUrl} (${target.region})`),
    line('DynamoDB', `${engine.name}, ${engine.endpoint}`),
    line('Logs', logFolder),
    '',
    ...(other === undefined ? [] : [note, '']),
    'See an event arrive, in two other terminals:',
    '',
    paint('cyan', `  npx tidings tail${choice}`),
    paint('cyan', `  npx tidings publish bank.transaction:created@v1${choice}`),
    '',
    paint('dim', 'Ctrl-C stops everything.'),
  ].join('\n');
}
