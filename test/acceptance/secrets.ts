import { appendFileSync, readFileSync } from 'node:fs';
import { inject } from 'vitest';

/** Something that no log may repeat. */
export interface Secret {
  readonly kind: 'token' | 'claim' | 'payload';
  readonly text: string;
}

/** Writes a secret down, so that the logs are searched for it when the suite has ended. */
export function keepSecret(kind: Secret['kind'], text: string): void {
  appendFileSync(inject('secretsFile'), `${JSON.stringify({ kind, text } satisfies Secret)}\n`);
}

/** What was written down. */
export const readSecrets = (file: string): readonly Secret[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Secret);
