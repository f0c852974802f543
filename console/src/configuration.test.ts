import { describe, expect, it } from 'vitest';
import { checked } from './configuration.ts';

const WHOLE = {
  environment: 'dev',
  apiUrl: 'https://api.example.com',
  socketUrl: 'wss://socket.example.com/v1',
  region: 'eu-north-1',
  modules: ['bank'],
  readScope: 'events:read',
  claims: { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' },
  signIn: { issuer: 'https://login.example.com', clientId: 'console', audience: 'tidings', scopes: ['openid'] },
};

describe('what the page is told by config.json', () => {
  it('is taken as it is, also from a sandbox without TLS', () => {
    const sandbox = { tokenUrl: 'http://127.0.0.1:1/token', awsEndpointUrl: './aws', buses: {} };
    const local = { ...WHOLE, apiUrl: 'http://127.0.0.1:1', socketUrl: 'ws://localhost:1/v1', sandbox };
    for (const found of [WHOLE, { ...WHOLE, readScope: null }, local]) expect(checked(found)).toBe(found);
  });

  it.each([undefined, null, [], 'rubbish', {}])('lacks everything where it is %j', (found) => {
    expect(() => checked(found)).toThrow('lacks environment, apiUrl, socketUrl, modules, claims, signIn');
  });

  it.each([
    [{ apiUrl: 'not a url' }, 'apiUrl to be an https URL'],
    [{ apiUrl: 'http://api.example.com' }, 'apiUrl to be an https URL'],
    [{ apiUrl: 'https://me@api.example.com' }, 'apiUrl to be an https URL'],
    [{ socketUrl: 5 }, 'socketUrl to be a wss URL'],
    [{ modules: 'bank' }, 'modules to be a list of names'],
    [{ claims: {} }, 'claims to be names for tenant'],
    [{ signIn: { ...WHOLE.signIn, scopes: undefined } }, 'signIn to be issuer, clientId, audience and scopes'],
    [{ sandbox: null }, 'sandbox to be tokenUrl'],
    [{ apiUrl: 5, modules: [1] }, 'apiUrl to be an https URL, and modules to be a list of names'],
  ])('is refused with %j, in words', (wrong, words) => {
    expect(() => checked({ ...WHOLE, ...wrong })).toThrow(words);
  });
});
