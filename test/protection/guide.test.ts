import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type EnvironmentConfiguration, validateEnvironment } from '../../lib/environment.ts';
import { ENVIRONMENTS } from '../../lib/environments.ts';
import { DEFAULT_LIMITS } from '../../lib/operations.ts';

const guide = readFileSync(new URL('../../docs/protecting.md', import.meta.url), 'utf8');

/** The settings that the guide shows, each a part of an environment. */
const settings: Partial<EnvironmentConfiguration> = Object.assign(
  {},
  ...[...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => runInNewContext(`({${code}})`) as object),
);

describe('docs/protecting.md', () => {
  it('shows settings that an environment takes', () => {
    expect(Object.keys(settings).toSorted()).toEqual(['encryptionKey', 'limits', 'reservedConcurrency', 'webAcl']);
    const environment = { ...ENVIRONMENTS['prod'], ...settings, account: '111111111111' };
    expect(validateEnvironment('prod', environment)).toMatchObject({ name: 'prod', webAcl: settings.webAcl });
  });

  it('tells the limits that hold where nobody says otherwise, and what prod sets aside', () => {
    expect(settings.limits).toEqual(DEFAULT_LIMITS);
    expect(settings.reservedConcurrency).toEqual(ENVIRONMENTS['prod']?.reservedConcurrency);
  });
});
