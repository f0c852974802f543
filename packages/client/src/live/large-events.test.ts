import { describe, expect, it } from 'vitest';
import { FakeHub } from '../../test/fake-hub.ts';
import { recordedEvent } from '../../test/recorded-event.ts';
import { type DeliveryError, memoryCursorStore } from '../delivery/index.ts';
import { TidingsLive, type TidingsLiveOptions } from './index.ts';
import type { WebRequest } from './web.ts';

const API = 'https://api.example/v1';

/** A client that is given three events, of which the second came without its data. */
async function giveLarge(
  answer: (attempt: number, request: WebRequest) => { readonly status: number; readonly body?: unknown },
  { dataref = `${API}/events/event-2`, ...options }: Partial<TidingsLiveOptions> & { readonly dataref?: string } = {},
) {
  const hub = new FakeHub();
  const asked: { readonly url: string; readonly token: string | undefined }[] = [];
  const errors: DeliveryError[] = [];
  const seen: unknown[] = [];
  const cursorStore = memoryCursorStore();
  const live = new TidingsLive({
    url: 'wss://hub.example/v1',
    token: () => 'token',
    surroundings: hub.surroundings,
    cursorStore,
    apiUrl: API,
    fetch: async (url, request) => {
      asked.push({ url, token: request.headers['authorization'] });
      const { status, body } = answer(asked.length, request);
      return { status, text: async () => JSON.stringify(body) };
    },
    ...options,
  });
  live.onError((error) => errors.push(error));
  live.on('bank.*', ({ id, data }) => seen.push([id, data]));
  await hub.surroundings.pass(1000);
  hub.publish(3, { isLost: true });
  const { data: _, ...large } = recordedEvent(2);
  for (const socket of hub.open) {
    const events = [recordedEvent(1), { ...large, dataref }, recordedEvent(3)];
    hub.send(socket, { type: 'events', from: 1, through: 3, replay: false, events });
  }
  await hub.surroundings.pass(1000);
  return { hub, live, asked, errors, seen, cursorStore };
}

const whole = () => ({ status: 200, body: recordedEvent(2) });
const all = [1, 2, 3].map((number) => [`event-${number}`, { number }]);
const withoutData = all.map(([id, data]) => (id === 'event-2' ? [id, undefined] : [id, data]));

describe('an event that was too large for a socket', () => {
  it('is fetched with the token before handlers see it, in its place', async () => {
    const { asked, seen, errors } = await giveLarge(whole);
    expect(seen).toEqual(all);
    expect(asked).toEqual([{ url: `${API}/events/event-2`, token: 'Bearer token' }]);
    expect(errors).toEqual([]);
  });

  it('follows no redirection, which could lead the token elsewhere', async () => {
    const redirections: string[] = [];
    await giveLarge((_attempt, { redirect }) => {
      redirections.push(redirect);
      return whole();
    });
    expect(redirections).toEqual(['error']);
  });

  it('is fetched until it has come; what follows, and the cursor, wait for it', async () => {
    const { hub, live, seen, errors } = await giveLarge((attempt) => (attempt < 4 ? { status: 503 } : whole()));
    expect(seen).toEqual(all.slice(0, 1));
    expect(errors[0]).toMatchObject({ code: 'DATA_FAILED', eventId: 'event-2' });
    await hub.surroundings.pass(60_000);
    expect([seen, errors.length, live.cursor?.sequence]).toEqual([all, 3, 3]);
  });

  it('is asked for with another token if the hub did not take the last', async () => {
    const reasons: string[] = [];
    const token = (reason: string): string => {
      reasons.push(reason);
      return reason;
    };
    const { hub, asked, seen } = await giveLarge((attempt) => (attempt === 1 ? { status: 401 } : whole()), { token });
    await hub.surroundings.pass(5000);
    expect(asked.map((one) => one.token)).toEqual(['Bearer connect', 'Bearer refused']);
    expect([reasons, seen]).toEqual([['connect', 'refused'], all]);
  });

  it.each([
    ['gone', 404, 'DATA_GONE'],
    ['refused', 403, 'DATA_REFUSED'],
  ])('comes without its data if it is %s, and that is told', async (_, status, code) => {
    const { seen, errors, live } = await giveLarge(() => ({ status }));
    expect(seen).toEqual(withoutData);
    expect(errors).toMatchObject([{ code, eventId: 'event-2' }]);
    expect(live.state).toBe('live');
  });

  it.each([
    ['no apiUrl is known', { apiUrl: undefined as never }],
    ['it lies elsewhere, where the token must not go', { dataref: 'https://elsewhere.example/v1/events/event-2' }],
    ['its URL is none', { dataref: 'event-2' }],
  ])('comes as it is if %s', async (_, options) => {
    const { seen, asked, errors } = await giveLarge(whole, options);
    expect([seen, asked, errors]).toEqual([withoutData, [], []]);
  });

  it('is not fetched if nobody wants it', async () => {
    const { hub, live, asked } = await giveLarge(whole);
    const before = asked.length;
    const other = new TidingsLive({
      url: 'wss://hub.example/v1',
      token: () => 'token',
      surroundings: hub.surroundings,
    });
    other.on('community.*', () => expect.unreachable());
    await hub.surroundings.pass(1000);
    expect([before, asked.length, live.state]).toEqual([1, 1, 'live']);
  });

  it('does not keep a client from closing, which leaves the cursor before it', async () => {
    const { hub, live, seen, cursorStore } = await giveLarge(() => ({ status: 503 }));
    await live.close();
    expect(seen).toEqual(all.slice(0, 1));
    expect(cursorStore.cursor?.sequence ?? 0).toBeLessThanOrEqual(1);
    await hub.surroundings.pass(120_000);
    expect(hub.surroundings.pending).toBe(0);
  });

  it('is asked for again if nothing comes', async () => {
    const never = new Promise<never>(() => undefined);
    let attempts = 0;
    const { hub, seen, errors } = await giveLarge(whole, {
      fetch: () => {
        attempts += 1;
        return attempts === 1
          ? never
          : Promise.resolve({ status: 200, text: async () => JSON.stringify(recordedEvent(2)) });
      },
    });
    expect(seen).toEqual(all.slice(0, 1));
    await hub.surroundings.pass(60_000);
    expect([seen, errors.map(({ code }) => code)]).toEqual([all, ['DATA_FAILED']]);
  });
});
