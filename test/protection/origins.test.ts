import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { newTenant } from '../acceptance/events.ts';
import { type HubUnderLimits, startHub } from './hub-under-limits.ts';

const ALLOWED = 'https://app.example.com';
const OTHERS = [
  'https://evil.example',
  'https://app.example.com.evil.example',
  'https://app.example.com:8443',
  'http://app.example.com',
  'https://APP.example.com',
  'https://app.example.co',
  'null',
  '*',
];

let hub: HubUnderLimits;
beforeAll(async () => {
  hub = await startHub({ allowedOrigins: [ALLOWED] });
}, 120_000);
afterAll(() => hub?.end());

/** Headers of an answer that concern pages from elsewhere. */
const corsOf = ({ headers }: Response): readonly string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const ask = (method: string, origin: string, more: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${hub.target.apiUrl}/events`, { method, headers: { origin, ...more } });

const preflight = (origin: string): Promise<Response> =>
  ask('OPTIONS', origin, {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  });

describe('a hub for one origin', () => {
  it('lets its pages ask and read, by name and without credentials of a browser', async () => {
    const asked = await preflight(ALLOWED);
    expect(asked.headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(asked.headers.get('access-control-allow-headers')?.split(',')).toContain('authorization');
    const answer = await ask('GET', ALLOWED);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, ALLOWED]);
    expect([asked, answer].map(({ headers }) => headers.get('access-control-allow-credentials'))).toEqual([null, null]);
  });

  it.each(OTHERS)('gives a page from %s no header by which it could ask or read', async (origin) => {
    const answers = [await preflight(origin), await ask('GET', origin), await ask('POST', origin)];
    expect(answers.map(corsOf)).toEqual([[], [], []]);
  });

  const open = (origin: string | undefined): Promise<number> => {
    const token = hub.tokenFor(newTenant('origin'), 'nina');
    const socket = new WebSocket(hub.target.socketUrl, ['tidings.v1', `bearer.${token}`], {
      headers: origin === undefined ? {} : { origin },
    });
    onTestFinished(() => socket.terminate());
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_, { statusCode = 0 }) => {
        resolve(statusCode);
        socket.terminate();
      });
      socket.once('error', reject);
    });
  };

  it.each(OTHERS)('opens no socket for a page from %s, with a good token', async (origin) => {
    expect(await open(origin)).toBe(403);
  });

  it('opens sockets for its pages, and for services, which have no origin', async () => {
    expect([await open(ALLOWED), await open(undefined)]).toEqual([101, 101]);
  });
});
