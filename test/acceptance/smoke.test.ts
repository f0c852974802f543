import { describe, expect, it } from 'vitest';
import { catalogue, moduleOf, newEvent, newTenant } from './events.ts';
import { tampered } from './forged-token.ts';
import { type Claims, postStructured, publish, readPage, request, tokenFor } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { expectProblem } from './problem.ts';
import { HandshakeRefused, openReceiver, openSocket } from './socket-client.ts';
import { waitFor } from './wait.ts';

/**
 * The quick part of the suite, which also tries environments that hold real events: every token is of one client and one
 * tenant, as a company's issuer gives them, and nothing is taken for granted of what the log holds already. It writes
 * three events under that tenant.
 */
const tenant = process.env['TIDINGS_SMOKE_TENANT'] || newTenant('smoke');
const { buses } = hubUnderTest().target;
const entry = catalogue.find(({ type, examples }) => Object.hasOwn(buses, moduleOf(type)) && examples.length > 0);
const claims: Claims = { tenant, scope: `${moduleOf(entry?.type ?? '')} events:read` };

const smokeEvent = (tenantid = tenant) =>
  newEvent(tenantid, {
    ...(entry !== undefined && { type: entry.type, data: entry.examples[0], source: entry.source }),
    subject: 'smoke-test',
  });

const head = async (token: string): Promise<number> => (await readPage(token, { limit: '1' })).head;

describe('a hub that was deployed just now', () => {
  it('stores what is sent once, however often it is sent, and says it on a socket', async () => {
    const token = await tokenFor(claims);
    const before = await head(token);
    const socket = await openReceiver(claims);
    const [event, fence] = [smokeEvent(), smokeEvent()];
    await publish([event], token);
    await socket.event(event.id);
    await publish([event, event], token);
    await publish([fence], token);
    const last = await socket.event(fence.id);
    await socket.settle();
    expect(socket.events.filter(({ id }) => id === event.id)).toHaveLength(1);
    const page = await readPage(token, { after: String(before) });
    const own = page.events.filter(({ id }) => id === event.id || id === fence.id);
    expect(own).toEqual(socket.events.filter(({ id }) => id === event.id || id === fence.id));
    expect(own.map(({ id }) => id)).toEqual([event.id, fence.id]);
    expect(Number(last.sequence)).toBeGreaterThan(before);
  });

  it('takes nothing for another tenant than that of the token', async () => {
    const token = await tokenFor(claims);
    const foreign = smokeEvent(`${tenant}-foreign`);
    const answer = await postStructured(foreign, token);
    expectProblem(answer, { status: 403, code: 'TENANT_MISMATCH', path: '/tenantid' }, token);
    expectProblem(
      await request('GET', `/events/${foreign.id}`, { token }),
      { status: 404, code: 'EVENT_NOT_FOUND' },
      token,
    );
  });

  it('numbers what comes next by the next number', async () => {
    const token = await tokenFor(claims);
    const event = smokeEvent();
    const before = await head(token);
    await publish([event], token);
    const found = await waitFor(`the event ${event.id}`, async () => {
      const { events } = await readPage(token, { after: String(before) });
      return events.some(({ id }) => id === event.id) ? events : undefined;
    });
    expect(Number(found[0]?.sequence)).toBe(before + 1);
  });

  it('refuses a token that was changed, and none at all', async () => {
    const token = tampered(await tokenFor(claims), { claims: { sub: 'somebody-else' } });
    for (const answer of [
      await request('GET', '/events', { token }),
      await postStructured(smokeEvent(), token),
      await request('GET', '/events'),
    ]) {
      expect(answer.status, answer.text).toBe(401);
    }
    await expect(openSocket({ token })).rejects.toThrow(HandshakeRefused);
  });
});
