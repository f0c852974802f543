import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { bankEvent, communityEvent } from '../../test/new-events.ts';
import { problemAnswer, type Reaction, ScriptedHub } from '../../test/scripted-hub.ts';
import { type ApiClientOptions, TidingsApiClient } from './api-client.ts';
import type { ClientCredentials } from './client-credentials.ts';
import { isPublishError, type PublishError } from './publish-error.ts';

const SECRET = 'a secret; with: signs';

/** What the issuer is to answer next, besides a token. */
type Answer = { statusCode: number; body: Record<string, unknown> };
const issuer = new OAuth2Server();
let script: ((form: Record<string, string>, answer: Answer) => void)[] = [];
const seen: { readonly form: Record<string, string>; readonly authorization: string | undefined }[] = [];

beforeAll(async () => {
  await issuer.issuer.keys.generate('RS256');
  await issuer.start(0, 'localhost');
  issuer.service.on('beforeResponse', (answer: Answer, request: IncomingMessage & { body: Record<string, string> }) => {
    seen.push({ form: { ...request.body }, authorization: request.headers.authorization });
    script.shift()?.(request.body, answer);
  });
});
afterAll(() => issuer.stop());
beforeEach(() => {
  script = [];
  seen.length = 0;
});

/** The system's own time; waits are none, because chance is 0. */
function setUp(
  credentials: Partial<ClientCredentials> = {},
  options: Partial<ApiClientOptions> = {},
  script: readonly Reaction[] = [],
) {
  const hub = new ScriptedHub(script);
  const url = issuer.issuer.url ?? '';
  const client = new TidingsApiClient({
    apiUrl: 'https://hub.example',
    credentials: { clientId: 'billing', clientSecret: SECRET, issuer: url, ...credentials } as ClientCredentials,
    // The hub is in this process, the issuer is not.
    fetch: (address, init) =>
      address.startsWith('https://hub.example')
        ? hub.fetch(address, init)
        : (fetch(address, init as RequestInit) as never),
    surroundings: { random: () => 0 },
    ...options,
  } as ApiClientOptions);
  return { client, hub, url };
}

const refuseWith =
  (statusCode: number, error: string, description?: string): (typeof script)[number] =>
  (_, answer) => {
    answer.statusCode = statusCode;
    answer.body = { error, ...(description !== undefined && { error_description: description }) };
  };

async function listen(server: Server): Promise<{ readonly url: string; close(done: () => void): void }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: (done) => void server.close(done) };
}

const thrown = async (promise: Promise<unknown>): Promise<PublishError> => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!isPublishError(error)) throw new Error('Expected a throw');
  return error;
};
const everythingIn = (error: PublishError): string =>
  `${JSON.stringify(error)}${error.stack}${JSON.stringify(error.cause ?? null)}${String(error.cause)}`;

describe('an OAuth2 client', () => {
  it('finds the token endpoint of its issuer, and asks for the modules of the events', async () => {
    const { client, hub } = setUp({ audience: 'tidings', parameters: { tenant: 'acme' } });
    await client.publish([bankEvent(), communityEvent('1')]);
    await client.publish([communityEvent('2'), bankEvent()]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.form).toEqual({
      grant_type: 'client_credentials',
      scope: 'bank community',
      audience: 'tidings',
      tenant: 'acme',
    });
    // Source: RFC 6749, section 2.3.1: both parts in form encoding.
    const basic = Buffer.from(`billing:${new URLSearchParams([['', SECRET]]).toString().slice(1)}`).toString('base64');
    expect(seen[0]?.authorization).toBe(`Basic ${basic}`);
    expect(hub.requests[1]?.headers['authorization']).toMatch(/^Bearer ey/);
  });

  it('takes a token endpoint, scopes and the secret in the form where it is told so', async () => {
    const { url } = setUp();
    const { client } = setUp({
      issuer: undefined,
      tokenUrl: `${url}/token`,
      scope: ['bank', 'more'],
      authentication: 'post',
    } as never);
    await client.publish(bankEvent());
    await client.publish(communityEvent('1'));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ form: { client_id: 'billing', client_secret: SECRET, scope: 'bank more' } });
    expect(seen[0]?.authorization).toBeUndefined();
  });

  it.each([
    [401, 'invalid_client', 'clientSecret'],
    [400, 'unauthorized_client', 'client_credentials'],
    [400, 'invalid_scope', 'grant this client the scopes'],
  ])('is told what to do when the issuer answers %i %s', async (status, oauthError, advice) => {
    script = [refuseWith(status, oauthError, `the secret ${SECRET} is wrong`)];
    const { client, hub } = setUp();
    const error = await thrown(client.publish(bankEvent()));
    expect(error).toMatchObject({
      code: 'TOKEN_FAILED',
      oauthError,
      status,
      outcome: 'not-accepted',
      retryable: false,
    });
    expect(error.advice).toContain(advice);
    expect(everythingIn(error)).not.toContain(SECRET);
    expect(seen).toHaveLength(1);
    expect(hub.requests).toEqual([]);
  });

  it('publishes what it may when the issuer refuses one scope of several', async () => {
    const mayOnly: (typeof script)[number] = ({ scope }, answer) => {
      if (scope !== 'bank') refuseWith(400, 'invalid_scope')({}, answer);
    };
    script = Array(9).fill(mayOnly);
    const { client, hub } = setUp();
    const { accepted, rejected } = await client.publish([
      bankEvent({ id: 'a' }),
      communityEvent('b'),
      bankEvent({ id: 'c' }),
    ]);
    expect(accepted.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(rejected).toMatchObject([
      { id: 'b', code: 'TOKEN_FAILED', oauthError: 'invalid_scope', outcome: 'not-accepted' },
    ]);
    expect(hub.ids).toEqual([['a'], ['c']]);
  });

  it('asks again when the issuer fails for the moment', async () => {
    script = [refuseWith(503, 'temporarily_unavailable'), refuseWith(429, 'slow_down')];
    const { client } = setUp();
    await client.publish(bankEvent());
    expect(seen).toHaveLength(3);
  });

  it('gives up an issuer that stays away, and says that nothing was accepted', async () => {
    const server = await listen(createServer());
    const tokenUrl = `${server.url}/token`;
    await new Promise<void>((resolve) => server.close(resolve));
    const { client } = setUp({ issuer: undefined, tokenUrl } as never, { timing: { attempts: 2 } });
    const error = await thrown(client.publish(bankEvent()));
    expect(error).toMatchObject({ code: 'TOKEN_FAILED', retryable: true });
    expect(error.detail).toContain('ECONNREFUSED');
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it('keeps to itself what an issuer answers wrongly: it may be a token', async () => {
    script = [
      (_, answer) => {
        answer.body = { access_token: 'the-token-itself' };
      },
    ];
    const error = await thrown(setUp().client.publish(bankEvent()));
    expect(error.code).toBe('TOKEN_FAILED');
    expect(everythingIn(error)).not.toContain('the-token-itself');
  });

  it('gets a new token when the hub has refused one', async () => {
    const { client, hub } = setUp({}, {}, [() => problemAnswer(401, 'TOKEN_EXPIRED')]);
    await client.publish(bankEvent());
    expect(seen).toHaveLength(2);
    expect(hub.requests).toHaveLength(2);
  });

  it('follows RFC 8414 where there is no OpenID discovery, and uses the way that the issuer takes secrets', async () => {
    const forms: string[] = [];
    const server = createServer((request, response) => {
      const say = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.url === '/.well-known/oauth-authorization-server') {
        const methods = ['client_secret_post'];
        say(200, { issuer: url, token_endpoint: `${url}/t`, token_endpoint_auth_methods_supported: methods });
      } else if (request.url === '/t') {
        request.on('data', (chunk: Buffer) => forms.push(chunk.toString()));
        request.on('end', () => say(200, { access_token: 'ok', token_type: 'Bearer', expires_in: 60 }));
      } else say(404, {});
    });
    const { url } = await listen(server);
    const { client, hub } = setUp({ issuer: url });
    await client.publish(bankEvent());
    expect(new URLSearchParams(forms[0]).get('client_secret')).toBe(SECRET);
    expect(hub.requests[0]?.headers['authorization']).toBe('Bearer ok');
  });

  it('does not send its secret where an issuer points without TLS', async () => {
    const server = createServer((_, response) => {
      const metadata = { issuer: url, token_endpoint: 'http://elsewhere.example/t' };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
    });
    const { url } = await listen(server);
    const { client } = setUp({ issuer: url });
    const error = await thrown(client.publish(bankEvent()));
    expect(error).toMatchObject({ code: 'TOKEN_FAILED', retryable: false });
    expect(error.detail).toContain('elsewhere.example');
  });

  it('shows nothing of its secret when it is printed', async () => {
    const { inspect } = await import('node:util');
    const { client } = setUp();
    expect(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client)).not.toContain(SECRET);
  });
});
