import { type Fetch, TidingsApiClient } from '@tidings/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from '../../lib/operations.ts';
import { catalogue, newTenant } from '../acceptance/events.ts';
import { waitFor } from '../acceptance/wait.ts';
import { type HubUnderLimits, startHub } from './hub-under-limits.ts';

/** Small enough to be reached by a test, and with bursts that a slow machine cannot refill while it sends. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  requestsPerSecond: 2,
  requestBurst: 8,
  messagesPerSecond: 2,
  messageBurst: 12,
  socketsPerUser: 2,
  socketsPerTenant: 3,
};

let hub: HubUnderLimits;
beforeAll(async () => {
  // With a key of one's own as well: nothing of it may get in the way.
  const encryptionKey = 'arn:aws:kms:eu-north-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  hub = await startHub({ limits: LIMITS, encryptionKey });
}, 120_000);
afterAll(() => hub?.end());

const get = (route: string): Promise<Response> => fetch(`${hub.target.apiUrl}${route}`);

/** Asks until there is no room left. */
const untilRefused = (): Promise<true> =>
  waitFor('a request to be refused', async () => {
    const answers = Array.from({ length: 20 }, () => get('/events'));
    const refused = answers.map(async (answer) => (await answer).status === 429 || Promise.reject(new Error('Let in')));
    return await Promise.any(refused).catch(() => undefined);
  });

/** Opens a socket; the status if it is refused. */
async function open(tenant: string, user: string): Promise<WebSocket | number> {
  const socket = new WebSocket(hub.target.socketUrl, ['tidings.v1', `bearer.${hub.tokenFor(tenant, user)}`]);
  onTestFinished(() => socket.terminate());
  return await new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.once('error', reject);
  });
}

const statusOf = (socket: WebSocket | number): number => (typeof socket === 'number' ? socket : 101);

/** A socket as soon as the throttle of new ones lets it in. */
async function opened(tenant: string, user: string): Promise<WebSocket> {
  return await waitFor('a socket to be let in', async () => {
    const socket = await open(tenant, user);
    return typeof socket === 'number' ? undefined : socket;
  });
}

describe('requests over the limit of an environment', () => {
  it('are answered by 429 without reaching a function, and let in again after a while', async () => {
    const begin = performance.now();
    const answers = await Promise.all(Array.from({ length: 40 }, () => get('/events')));
    const seconds = (performance.now() - begin) / 1000;
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const most = LIMITS.requestBurst + LIMITS.requestsPerSecond * seconds;
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(most);
    const refused = answers.find(({ status }) => status === 429);
    expect(await refused?.json()).toEqual({ message: 'Too Many Requests' });
    await waitFor('requests to be let in again', async () => (await get('/events')).status === 401 || undefined);
  });

  it('take nothing from the descriptions, which have a limit of their own, nor these from them', async () => {
    await Promise.all(Array.from({ length: 40 }, () => get('/events')));
    expect((await get('/openapi.json')).status).toBe(200);
    const descriptions = await Promise.all(Array.from({ length: 200 }, () => get('/asyncapi.json')));
    expect(new Set(descriptions.map(({ status }) => status))).toEqual(new Set([200, 429]));
    await waitFor('requests to be let in again', async () => (await get('/events')).status === 401 || undefined);
  });

  it('are sent again by the client until what it was given is accepted', async () => {
    const tenant = newTenant('throttled');
    const token = hub.tokenFor(tenant, 'nina');
    const statuses: number[] = [];
    const recording: Fetch['fetch'] = async (url, init) => {
      const answer = await fetch(url, init as RequestInit);
      statuses.push(answer.status);
      return answer;
    };
    const client = new TidingsApiClient({ apiUrl: hub.target.apiUrl, token: () => token, fetch: recording });
    const [example] = catalogue.find(({ type }) => type === 'bank.test:created@v1')?.examples ?? [];
    const publish = () => client.publish({ type: 'bank.test:created@v1', tenantid: tenant, data: example as never });
    // On a slow machine there may be room again between the two.
    await waitFor('an event to be refused at first', async () => {
      statuses.length = 0;
      await untilRefused();
      await publish();
      return statuses[0] === 429 || undefined;
    });
    expect(statuses.at(-1)).toBe(202);
  });
});

describe('sockets over the limit of an environment', () => {
  it('are refused by 429 where a user has as many as it may, and others of the tenant are let in', async () => {
    const tenant = newTenant('full-user');
    await opened(tenant, 'nina');
    const second = await opened(tenant, 'nina');
    expect(statusOf(await open(tenant, 'nina'))).toBe(429);
    await opened(tenant, 'olav');
    second.close();
    await opened(tenant, 'nina');
  });

  it('are refused by 429 where a tenant has as many as it may, and those of others are let in', async () => {
    const tenant = newTenant('full-tenant');
    for (const user of ['nina', 'olav', 'kari']) await opened(tenant, user);
    expect(statusOf(await open(tenant, 'per'))).toBe(429);
    await opened(newTenant('other'), 'per');
  });

  it('are refused by 429 where too many come at once, and let in again after a while', async () => {
    const storm = async (): Promise<readonly number[]> => {
      const tenants = Array.from({ length: 40 }, () => newTenant('storm'));
      return (await Promise.all(tenants.map((tenant) => open(tenant, 'nina')))).map(statusOf);
    };
    // The sockets of other tests may have left no room for the first of them.
    const statuses = await waitFor('a storm of which some are let in', async () => {
      const found = await storm();
      return found.includes(101) ? found : undefined;
    });
    expect(new Set(statuses)).toEqual(new Set([101, 429]));
    await opened(newTenant('after'), 'nina');
  });

  it('have their messages refused by API Gateway where too many come at once, and stay open', async () => {
    const socket = await opened(newTenant('talker'), 'nina');
    const answers: Readonly<Record<string, unknown>>[] = [];
    socket.on('message', (data) => answers.push(JSON.parse(String(data))));
    for (let sent = 0; sent < 60; sent += 1) socket.send(JSON.stringify({ action: 'settle', id: `${sent}` }));
    const refused = await waitFor('a refusal', () => answers.find(({ message }) => message === 'Too Many Requests'));
    expect(Object.keys(refused).toSorted()).toEqual(['connectionId', 'message', 'requestId']);
    await waitFor('an answer after the others', () => {
      socket.send(JSON.stringify({ action: 'settle', id: 'later' }));
      return answers.some(({ id }) => id === 'later') || undefined;
    });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});
