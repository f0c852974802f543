import { asEventId, asSequence, asTenantId } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryConnectionRegistry } from '../adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../adapters/memory/event-log.ts';
import type { Recipient } from './identity.ts';
import { connect, disconnect, receive } from './serve-socket.ts';

const tenant = asTenantId('acme');
const now = new Date('2026-03-01T12:00:00Z');
const recipient: Recipient = { tenant, subject: 'alice', organizations: [], roles: [], expiresAt: 4_000_000_000 };
const socket = { connectionId: 'c1', recipient, connectedAt: now };

describe('serving a socket', () => {
  let sent: { id: string; frame: Record<string, unknown> }[];
  let registry: ReturnType<typeof createMemoryConnectionRegistry>;
  let log: ReturnType<typeof createMemoryEventLog>;
  beforeEach(() => {
    sent = [];
    registry = createMemoryConnectionRegistry();
    log = createMemoryEventLog({ now: () => now });
  });
  const poster = {
    post: async (id: string, text: string) => {
      sent.push({ id, frame: JSON.parse(text) });
      return 'delivered' as const;
    },
  };
  const ports = () => ({ log, registry, poster, surroundings: { now: () => now } });
  const say = async (message: unknown, from = socket) => {
    await receive(from, typeof message === 'string' ? message : JSON.stringify(message), ports());
    return sent.at(-1)?.frame;
  };

  it('subscribes a tenant without events at head 0, without an epoch', async () => {
    expect(await say({ action: 'subscribe', id: '7' })).toEqual({
      type: 'subscribed',
      id: '7',
      head: 0,
      heartbeatSeconds: 240,
    });
    expect(await registry.list(tenant)).toMatchObject([{ id: 'c1', filter: {}, listensOnly: false }]);
  });

  it('answers with the head after which everything will come, and its epoch', async () => {
    const header = { id: asEventId('a'), type: 't' };
    const event = { specversion: '1.0' as const, source: 's', tenantid: tenant, ...header };
    await log.commit({
      tenant,
      expected: { sequence: asSequence(0) },
      newEpoch: 'epoch-1',
      events: [{ event, header }],
      recordedAt: now,
      expiresAt: 4_000_000_000,
    });
    expect(await say({ action: 'subscribe' })).toMatchObject({ epoch: 'epoch-1', head: 1 });
  });

  it('writes the connection before it reads the head, so that nothing falls in between', async () => {
    const order: string[] = [];
    const head: typeof log.head = async (of) => {
      order.push(`head with ${(await registry.list(of)).length} connection`);
      return log.head(of);
    };
    await receive(socket, '{"action":"subscribe"}', { ...ports(), log: { head } });
    expect(order).toEqual(['head with 1 connection']);
  });

  it('replaces the filter with a new subscribe', async () => {
    await say({ action: 'subscribe', filter: { types: ['bank.*'] } });
    await say({ action: 'subscribe', filter: { actions: ['created'] } });
    expect((await registry.list(tenant)).map(({ filter }) => filter)).toEqual([{ actions: ['created'] }]);
  });

  it('answers bad input by an error with the request’s id, and keeps what was subscribed', async () => {
    await say({ action: 'subscribe', filter: { types: ['bank.*'] } });
    expect(await say({ action: 'subscribe', id: 'x', filter: { types: 'bank.*' } })).toMatchObject({
      type: 'error',
      id: 'x',
      code: 'FILTER_INVALID',
      errors: [{ path: '/filter/types', message: 'expected a list of strings, found "bank.*"' }],
    });
    expect(await say({ action: 'dance', id: 'y' })).toMatchObject({ type: 'error', id: 'y', code: 'ACTION_UNKNOWN' });
    expect(await say('{')).toMatchObject({ type: 'error', code: 'FRAME_NOT_JSON' });
    expect((await registry.list(tenant)).map(({ filter }) => filter)).toEqual([{ types: ['bank.*'] }]);
  });

  it('refuses a socket whose token has ended, and one that nobody has checked', async () => {
    const expired = { ...socket, recipient: { ...recipient, expiresAt: now.getTime() / 1000 } };
    expect(await say({ action: 'subscribe', id: '1' }, expired)).toMatchObject({ id: '1', code: 'TOKEN_EXPIRED' });
    await receive({ ...socket, recipient: undefined }, '{"action":"subscribe","id":"2"}', ports());
    expect(sent.at(-1)?.frame).toMatchObject({ id: '2', code: 'UNAUTHENTICATED' });
    expect(await registry.list(tenant)).toEqual([]);
  });

  it('registers a listener at once, and any other only when it subscribes', async () => {
    await connect(socket, undefined, { registry });
    expect(await registry.list(tenant)).toEqual([]);
    await connect(socket, 'bank.*, community.message:*', { registry });
    expect(await registry.list(tenant)).toMatchObject([
      { listensOnly: true, filter: { types: ['bank.*', 'community.message:*'] } },
    ]);
    await expect(connect(socket, '', { registry })).rejects.toMatchObject({ code: 'FILTER_INVALID' });
  });

  it('forgets a socket that ends, and survives the end of one that was never known', async () => {
    await say({ action: 'subscribe' });
    await disconnect({ ...socket, connectionId: 'other' }, { registry });
    await disconnect({ ...socket, recipient: undefined }, { registry });
    expect(await registry.list(tenant)).toHaveLength(1);
    await disconnect(socket, { registry });
    expect(await registry.list(tenant)).toEqual([]);
  });
});
