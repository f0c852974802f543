import { describe, expect, it, vi } from 'vitest';
import { FRONT_DOOR_HEADER, VARIABLES } from '../variables.ts';
import { cameByFrontDoor } from './front-door.ts';

const SECRET = 'kept-between-the-front-door-and-the-functions';

describe('a request', () => {
  it('came by the front door if it has the secret, and nothing less or more', () => {
    expect(cameByFrontDoor({ [FRONT_DOOR_HEADER]: SECRET }, SECRET)).toBe(true);
    for (const value of [undefined, '', SECRET.slice(1), `${SECRET} `, SECRET.toUpperCase(), `${SECRET},${SECRET}`]) {
      expect(cameByFrontDoor({ [FRONT_DOOR_HEADER]: value }, SECRET), String(value)).toBe(false);
    }
    expect(cameByFrontDoor({}, SECRET)).toBe(false);
  });
});

describe('the authorizer of sockets', () => {
  it('refuses who did not come by the front door before it looks at a token', async () => {
    vi.stubEnv(VARIABLES.frontDoorSecret, SECRET);
    vi.stubEnv(VARIABLES.readScope, 'null');
    vi.stubEnv(VARIABLES.allowedOrigins, '[]');
    const claims = { tenant: 't', organizations: 'o', roles: 'r', subject: 's', scope: 'scope' };
    const issuer = { issuer: 'https://login.example.com', audience: 'tidings', algorithms: ['RS256'], claims };
    vi.stubEnv(VARIABLES.issuers, JSON.stringify([issuer]));
    const { handler } = await import('../authorize-socket/handler.ts');
    const ask = (headers: Readonly<Record<string, string>>) =>
      handler(
        { headers, methodArn: 'arn', requestContext: {} } as unknown as Parameters<typeof handler>[0],
        {} as Parameters<typeof handler>[1],
      );
    const token = { 'Sec-WebSocket-Protocol': 'tidings.v1, bearer.a.b.c' };
    for (const headers of [token, { ...token, 'X-Tidings-Front-Door': 'guess' }]) {
      expect((await ask(headers)).policyDocument.Statement).toMatchObject([{ Effect: 'Deny' }]);
    }
    await expect(ask({ ...token, 'X-Tidings-Front-Door': SECRET })).rejects.toThrow('Unauthorized');
    vi.unstubAllEnvs();
  });
});

describe('the authorizer of the HTTP API', () => {
  it('lets in who came by the front door, and nobody else', async () => {
    vi.stubEnv(VARIABLES.frontDoorSecret, SECRET);
    const { handler } = await import('../check-front-door/handler.ts');
    const answers = [{ [FRONT_DOOR_HEADER]: SECRET }, { [FRONT_DOOR_HEADER]: 'guess' }, {}, undefined].map((headers) =>
      handler(headers === undefined ? {} : { headers }),
    );
    expect(answers).toEqual([true, false, false, false].map((isAuthorized) => ({ isAuthorized })));
    vi.unstubAllEnvs();
  });
});
