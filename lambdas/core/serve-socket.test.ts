import { asSequence, asTenantId, type Code, LIMITS, type SubscriptionName } from '@tidings/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSocketStage,
  recipientOf,
  type SentFrame,
  type SocketStage,
  STAGE_EPOCH,
  STAGE_START,
  STAGE_TENANT as tenant,
} from '../../test/property/socket-stage.ts';
import type { Identity, Recipient } from './identity.ts';
import { connect, disconnect, type OpenSocket } from './open-socket.ts';
import { receive, type SocketPorts } from './serve-socket.ts';

const at = (sequence: number, epoch = STAGE_EPOCH) => ({ epoch, sequence: asSequence(sequence) });
const EXPIRED = STAGE_START.getTime() / 1000;
const billing = 'billing' as SubscriptionName;

describe('serving a socket', () => {
  let stage: SocketStage;
  beforeEach(() => {
    stage = createSocketStage();
  });

  const socketOf = (claims: Partial<Recipient> = {}): OpenSocket & { readonly recipient: Recipient } => ({
    connectionId: 'c1',
    recipient: recipientOf(claims),
    connectedAt: STAGE_START,
  });
  const socket = socketOf();
  const service = socketOf({ mayRead: true });

  /** Sends a message, and returns what came for it. */
  const say = async (
    message: unknown,
    from: OpenSocket = socket,
    ports: SocketPorts = stage.ports,
  ): Promise<readonly SentFrame[]> => {
    const before = stage.sent.length;
    await receive(from, typeof message === 'string' ? message : JSON.stringify(message), ports);
    return stage.sent.slice(before).map(({ frame }) => frame);
  };
  const markBehind = async () => {
    for (const listed of (await stage.registry.list(tenant)).connections)
      await stage.registry.markBehind(listed, stage.now());
  };
  const useUpSyncs = async () => {
    for (let i = 0; i < LIMITS.syncsPerWindow; i += 1) await stage.registry.beginSync(tenant, 'c1', stage.now());
  };
  const wish = async () => (await stage.registry.find(tenant, 'c1'))?.wish;
  const createBilling = (extra: object = {}) =>
    stage.subscriptions.create(tenant, {
      name: billing,
      filter: {},
      status: 'active',
      cursor: at(0),
      created: '',
      updated: '',
      ...extra,
    });

  describe('that subscribes', () => {
    it('answers a tenant without events with head 0 and the empty epoch', async () => {
      expect(await say({ action: 'subscribe', id: '7' })).toEqual([
        { type: 'subscribed', id: '7', epoch: '', head: 0, heartbeatSeconds: 240 },
      ]);
      expect((await stage.registry.list(tenant)).connections).toMatchObject([
        { id: 'c1', wish: { filter: {} }, listensOnly: false, connectedAt: STAGE_START },
      ]);
    });

    it('answers with the head after which everything will come, and with nothing else where there is no cursor', async () => {
      await stage.record('a');
      expect(await say({ action: 'subscribe' })).toEqual([
        { type: 'subscribed', epoch: STAGE_EPOCH, head: 1, heartbeatSeconds: 240 },
      ]);
    });

    it('writes the connection first and reads the log second, so that nothing falls in between', async () => {
      await stage.record('a');
      await say({ action: 'subscribe', cursor: at(0) }, socket, stage.notingPorts());
      expect(stage.order.slice(0, 3)).toEqual(['registry.find', 'registry.subscribe', 'log.head']);
      expect(stage.order.slice(3).filter((step) => !step.startsWith('log.'))).toEqual([]);
    });

    it.each(['subscribed', 'synced'])('leaves no row of a socket that ends before it has its %s', async (last) => {
      await stage.record('a');
      // The `$disconnect` was served while this message had not written its row yet.
      stage.decidePosts(({ type }) => (type === last ? 'gone' : 'delivered'));
      await say({ action: 'subscribe', cursor: at(0) });
      expect((await stage.registry.list(tenant)).connections).toEqual([]);
    });

    it('keeps the row of a socket that could not be reached for the moment', async () => {
      stage.decidePosts(() => 'failed');
      await say({ action: 'subscribe' });
      expect((await stage.registry.list(tenant)).connections).toMatchObject([{ id: 'c1' }]);
    });

    it('gives the page after a cursor, to the id of the request', async () => {
      for (const id of ['a', 'b', 'c']) await stage.record(id);
      expect(await say({ action: 'subscribe', id: '1', cursor: at(1) })).toMatchObject([
        { type: 'subscribed', id: '1', head: 3 },
        { type: 'events', from: 2, through: 3, replay: true, events: [{ id: 'b' }, { id: 'c' }] },
        { type: 'synced', id: '1', through: 3, head: 3 },
      ]);
    });

    it('gives no frame of events where there are none for the client', async () => {
      await stage.record('a');
      expect(await say({ action: 'subscribe', id: '1', cursor: at(1) })).toEqual([
        { type: 'subscribed', id: '1', epoch: STAGE_EPOCH, head: 1, heartbeatSeconds: 240 },
        { type: 'synced', id: '1', epoch: STAGE_EPOCH, through: 1, head: 1, events: 0 },
      ]);
    });

    it('gives all that is retained to who asks for the oldest, without a reset', async () => {
      await stage.record('old', { seconds: 10 });
      await stage.record('new');
      stage.pass(10);
      expect(await say({ action: 'subscribe', cursor: { sequence: 0 } })).toMatchObject([
        { type: 'subscribed' },
        { type: 'events', from: 2, through: 2, events: [{ id: 'new' }] },
        { type: 'synced', through: 2, head: 2 },
      ]);
    });

    it('gives a reset in place of the page, for each reason', async () => {
      await stage.record('old', { seconds: 10 });
      await stage.record('new');
      stage.pass(10);
      const reset = { type: 'reset', id: '1', epoch: STAGE_EPOCH, oldest: 2, head: 2 };
      const answer = async (cursor: object) => (await say({ action: 'subscribe', id: '1', cursor })).slice(1);
      expect(await answer(at(0))).toEqual([{ ...reset, reason: 'retention' }]);
      expect(await answer(at(1, 'other'))).toEqual([{ ...reset, reason: 'epoch' }]);
      expect(await answer(at(3))).toEqual([{ ...reset, reason: 'ahead' }]);
    });

    it('replaces the filter with a new subscribe, and takes the mark of being behind away', async () => {
      await say({ action: 'subscribe', filter: { types: ['bank.*'] } });
      await markBehind();
      await say({ action: 'subscribe', filter: { actions: ['created'] } });
      expect(await wish()).toEqual({ filter: { actions: ['created'] } });
      expect((await stage.registry.find(tenant, 'c1'))?.behindSince).toBeUndefined();
    });

    it.each<[string, object, object]>([
      ['a cursor', { cursor: at(0, '') }, { filter: { types: ['bank.*'] } }],
      ['a subscription', { subscription: 'billing' }, { subscription: 'billing' }],
    ])('counts one with %s as a sync: a flood is refused, and changes nothing', async (_, members, wanted) => {
      await createBilling({ cursor: at(0, '') });
      await say({ action: 'subscribe' }, service);
      const again = () => say({ action: 'subscribe', id: '1', ...members, ...wanted }, service);
      await useUpSyncs();
      await markBehind();
      expect(await again()).toEqual([
        { type: 'error', id: '1', code: 'RATE_LIMITED', message: expect.any(String), retryAfterSeconds: 10 },
      ]);
      expect(await stage.registry.find(tenant, 'c1')).toMatchObject({
        wish: { filter: {} },
        behindSince: stage.now(),
      });
      stage.pass(10);
      for (let i = 0; i < LIMITS.syncsPerWindow; i += 1) {
        expect(await again()).toMatchObject([{ type: 'subscribed' }, { type: 'synced' }]);
      }
      expect(await again()).toMatchObject([{ code: 'RATE_LIMITED' }]);
      expect(await wish()).toEqual(wanted);
    });

    it('takes one that asks for no page, however many syncs there were', async () => {
      await say({ action: 'subscribe' });
      await useUpSyncs();
      expect(await say({ action: 'subscribe', filter: { types: ['bank.*'] } })).toMatchObject([{ type: 'subscribed' }]);
      expect(await wish()).toEqual({ filter: { types: ['bank.*'] } });
    });

    it('uses the claims of a token that came since the socket was opened', async () => {
      await stage.record('for-boss', { audience: { roles: ['boss'] } });
      await stage.registry.renew({ id: 'c1', recipient: recipientOf({ roles: ['boss'] }), connectedAt: STAGE_START });
      const expired = socketOf({ expiresAt: EXPIRED });
      expect(await say({ action: 'subscribe', cursor: at(0) }, expired)).toMatchObject([
        { type: 'subscribed' },
        { events: [{ id: 'for-boss' }] },
        { type: 'synced' },
      ]);
    });

    it('sends nothing more after an answer that did not arrive', async () => {
      await stage.record('a');
      stage.decidePosts(({ type }) => (type === 'subscribed' ? 'failed' : 'delivered'));
      expect(await say({ action: 'subscribe', cursor: at(0) })).toEqual([]);
      await createBilling();
      const second = { ...service, connectionId: 'c2' };
      expect(await say({ action: 'subscribe', subscription: 'billing' }, second)).toEqual([]);
    });
  });

  describe('that resumes a durable subscription', () => {
    it('answers with where it stands, and gives its page by its filter', async () => {
      await stage.record('a');
      await stage.record('b', { type: 'bank.secret:kept@v1' });
      await stage.record('c', { type: 'community.member:joined@v1' });
      await createBilling({ filter: { types: ['bank.*'] }, cursor: at(1) });
      expect(await say({ action: 'subscribe', id: '1', subscription: 'billing' }, service)).toMatchObject([
        { type: 'subscribed', id: '1', epoch: STAGE_EPOCH, head: 3, cursor: at(1), heartbeatSeconds: 240 },
        { type: 'events', from: 2, through: 3, replay: true, events: [{ id: 'b' }] },
        { type: 'synced', id: '1', through: 3, head: 3 },
      ]);
      expect(await wish()).toEqual({ subscription: 'billing' });
    });

    it('gives no reset for a cursor that another consumer has moved while it read', async () => {
      await stage.record('a');
      await createBilling();
      let reads = 0;
      const find: typeof stage.subscriptions.find = async (...which) => {
        reads += 1;
        if (reads === 2) {
          await stage.record('b');
          await stage.subscriptions.acknowledge(tenant, billing, at(2));
        }
        return stage.subscriptions.find(...which);
      };
      const ports = { ...stage.ports, subscriptions: { ...stage.subscriptions, find } };
      expect(await say({ action: 'subscribe', subscription: billing }, service, ports)).toMatchObject([
        { type: 'subscribed', head: 2, cursor: at(2) },
        { type: 'synced', through: 2, head: 2 },
      ]);
    });

    it('gives a reset where the subscription has been overtaken by retention', async () => {
      await stage.record('a', { seconds: 10 });
      await stage.record('b');
      await createBilling();
      stage.pass(10);
      expect(await say({ action: 'subscribe', id: '1', subscription: 'billing' }, service)).toMatchObject([
        { type: 'subscribed', cursor: at(0) },
        { type: 'reset', id: '1', reason: 'retention', oldest: 2, head: 2 },
      ]);
    });

    it('gives the page of two consumers from one cursor, each acknowledging as it likes', async () => {
      await stage.record('a');
      await stage.record('b');
      await createBilling();
      const second = { ...service, connectionId: 'c2' };
      for (const consumer of [service, second]) {
        expect(await say({ action: 'subscribe', subscription: 'billing' }, consumer)).toMatchObject([
          { cursor: at(0) },
          { events: [{ id: 'a' }, { id: 'b' }] },
          { through: 2 },
        ]);
      }
      const acknowledge = (sequence: number, from: OpenSocket) =>
        say({ action: 'ack', subscription: 'billing', sequence }, from);
      expect(await acknowledge(2, service)).toEqual([{ type: 'acked', cursor: at(2) }]);
      expect(await acknowledge(1, second)).toEqual([{ type: 'acked', cursor: at(2) }]);
      expect(await say({ action: 'subscribe', subscription: 'billing' }, second)).toMatchObject([
        { cursor: at(2) },
        { type: 'synced', through: 2 },
      ]);
    });

    it.each<[string, object, Code, Recipient]>([
      ['that there is not', { name: 'other' }, 'SUBSCRIPTION_NOT_FOUND', recipientOf({ mayRead: true })],
      ['that is paused', { status: 'paused' }, 'SUBSCRIPTION_PAUSED', recipientOf({ mayRead: true })],
      ['with a token without the scope', {}, 'SCOPE_MISSING', recipientOf()],
      [
        'with a token that has expired',
        { status: 'paused' },
        'TOKEN_EXPIRED',
        recipientOf({ mayRead: true, expiresAt: EXPIRED }),
      ],
    ])('refuses one %s, and keeps what was wanted before', async (_, extra, code, recipient) => {
      await createBilling(extra);
      const from = { ...socket, recipient };
      await stage.registry.subscribe({ id: 'c1', recipient, connectedAt: STAGE_START }, { filter: {} }, false);
      expect(await say({ action: 'subscribe', id: '1', subscription: 'billing' }, from)).toMatchObject([
        { type: 'error', id: '1', code },
      ]);
      expect(await wish()).toEqual({ filter: {} });
    });

    it('refuses the subscription of another tenant as one that there is not', async () => {
      await createBilling();
      const foreign = socketOf({ mayRead: true, tenant: asTenantId('other') });
      for (const message of [
        { action: 'subscribe', id: '1', subscription: 'billing' },
        { action: 'ack', id: '1', subscription: 'billing', sequence: 0 },
      ]) {
        expect(await say(message, foreign)).toMatchObject([{ type: 'error', id: '1', code: 'SUBSCRIPTION_NOT_FOUND' }]);
      }
    });

    it('takes the scope from the newest token', async () => {
      await stage.record('a');
      await createBilling({ cursor: at(1) });
      await stage.registry.renew({ id: 'c1', recipient: recipientOf({ mayRead: true }), connectedAt: STAGE_START });
      expect(await say({ action: 'subscribe', subscription: 'billing' }, socket)).toMatchObject([
        { type: 'subscribed' },
        { type: 'synced' },
      ]);
      await stage.registry.renew({ id: 'c1', recipient: recipientOf(), connectedAt: STAGE_START });
      for (const message of [
        { action: 'subscribe', subscription: 'billing' },
        { action: 'sync', cursor: at(0) },
        { action: 'ack', subscription: 'billing', sequence: 0 },
      ]) {
        expect(await say(message, service)).toMatchObject([{ type: 'error', code: 'SCOPE_MISSING' }]);
      }
    });
  });

  describe('that syncs', () => {
    it('gives the next page until the head is reached, each to its request', async () => {
      for (const id of ['a', 'b', 'c']) await stage.record(id, { data: 'x'.repeat(50_000) });
      await say({ action: 'subscribe' });
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toMatchObject([
        { type: 'events', from: 1, through: 2, replay: true, events: [{ id: 'a' }, { id: 'b' }] },
        { type: 'synced', id: '1', through: 2, head: 3 },
      ]);
      expect(await say({ action: 'sync', id: '2', cursor: at(2) })).toMatchObject([
        { type: 'events', from: 3, through: 3, events: [{ id: 'c' }] },
        { type: 'synced', id: '2', through: 3, head: 3 },
      ]);
      expect(await say({ action: 'sync', id: '3', cursor: at(3) })).toEqual([
        { type: 'synced', id: '3', epoch: STAGE_EPOCH, through: 3, head: 3, events: 0 },
      ]);
    });

    it('uses the filter of the subscribe, or of the durable subscription as it is now', async () => {
      await stage.record('a', { type: 'bank.secret:kept@v1' });
      await stage.record('b', { type: 'community.member:joined@v1' });
      await say({ action: 'subscribe', filter: { types: ['bank.*'] } });
      expect(await say({ action: 'sync', cursor: at(0) })).toMatchObject([{ type: 'synced', through: 2 }]);
      await createBilling();
      await stage.registry.renew({ id: 'c1', recipient: service.recipient, connectedAt: STAGE_START });
      await say({ action: 'subscribe', subscription: 'billing' }, service);
      await stage.subscriptions.change(tenant, billing, { filter: { types: ['bank.*'] } }, '');
      expect(await say({ action: 'sync', cursor: at(0) }, service)).toMatchObject([
        { events: [{ id: 'a' }] },
        { type: 'synced', through: 2 },
      ]);
    });

    it.each([
      ['syncs', { action: 'sync', cursor: at(0) }],
      ['subscribes', { action: 'subscribe', subscription: 'billing' }],
    ])('judges nothing by a filter that was replaced before it came, when it %s', async (_, message) => {
      const typesOf = (types: string) => ({ filter: { types: [types] } });
      await stage.record('a');
      await createBilling(typesOf('bank.*'));
      await say({ action: 'subscribe', subscription: 'billing' }, service);
      const find: typeof stage.subscriptions.find = async (of, name) => {
        const found = await stage.subscriptions.find(of, name);
        await stage.subscriptions.change(tenant, billing, typesOf('community.*'), '');
        await stage.record(`meanwhile-${(await stage.log.head(tenant)).sequence}`, {
          type: 'community.member:joined@v1',
        });
        return found;
      };
      const racing = { ...stage.ports, subscriptions: { ...stage.subscriptions, find } };
      const frames = await say({ id: '1', ...message }, service, racing);
      const { through } = frames.at(-1) as { readonly through: number };
      expect(through).toBeLessThan((await stage.log.head(tenant)).sequence);
      const rest = await say({ action: 'sync', cursor: at(through) }, service);
      expect(rest[0]).toMatchObject({ type: 'events', from: through + 1 });
    });

    it('clears the mark of being behind first and reads second', async () => {
      await stage.record('a');
      await say({ action: 'subscribe' });
      await markBehind();
      await say({ action: 'sync', cursor: at(0) }, socket, stage.notingPorts());
      expect(stage.order[0]).toBe('registry.beginSync');
      expect(stage.order.filter((step) => step.startsWith('log.')).length).toBeGreaterThan(0);
      expect(stage.order.filter((step) => step.startsWith('registry.'))).toEqual(['registry.beginSync']);
      expect((await stage.registry.find(tenant, 'c1'))?.behindSince).toBeUndefined();
    });

    it('passes over nothing that has come after its filter was read', async () => {
      await createBilling({ filter: { types: ['bank.other:*'] } });
      await say({ action: 'subscribe', subscription: billing }, service);
      const find: typeof stage.subscriptions.find = async (...which) => {
        const found = await stage.subscriptions.find(...which);
        await stage.subscriptions.change(tenant, billing, { filter: {} }, '');
        await stage.record('a');
        return found;
      };
      const ports = { ...stage.ports, subscriptions: { ...stage.subscriptions, find } };
      const message = { action: 'sync', cursor: { epoch: '', sequence: 0 } };
      expect(await say(message, service, ports)).toMatchObject([{ type: 'synced', through: 0 }]);
      expect(await say(message, service)).toMatchObject([{ type: 'events', from: 1, through: 1 }, { type: 'synced' }]);
    });

    it('answers by an error if the token ends while it reads', async () => {
      await stage.record('a');
      const brief = socketOf({ expiresAt: STAGE_START.getTime() / 1000 + 1 });
      await say({ action: 'subscribe' }, brief);
      const readLedger: typeof stage.log.readLedger = async (...range) => {
        stage.pass(2);
        return stage.log.readLedger(...range);
      };
      const ports = { ...stage.ports, log: { ...stage.log, readLedger } };
      const frames = await say({ action: 'sync', id: '1', cursor: at(0) }, brief, ports);
      expect(frames).toMatchObject([{ type: 'error', id: '1', code: 'TOKEN_EXPIRED' }]);
    });

    it('leaves a mark that is made while it reads', async () => {
      await stage.record('a');
      await say({ action: 'subscribe' });
      const readLedger: typeof stage.log.readLedger = async (...range) => {
        await markBehind();
        return stage.log.readLedger(...range);
      };
      await say({ action: 'sync', cursor: at(0) }, socket, { ...stage.ports, log: { ...stage.log, readLedger } });
      expect((await stage.registry.find(tenant, 'c1'))?.behindSince).toEqual(stage.now());
    });

    it('does not say that it went through events that did not arrive', async () => {
      await stage.record('a');
      await say({ action: 'subscribe' });
      stage.decidePosts(({ type }) => (type === 'events' ? 'failed' : 'delivered'));
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toEqual([]);
    });

    it('gives a reset where the history after the cursor is cut', async () => {
      await stage.record('a', { seconds: 10 });
      await stage.record('b');
      await say({ action: 'subscribe' });
      stage.pass(10);
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toEqual([
        { type: 'reset', id: '1', reason: 'retention', epoch: STAGE_EPOCH, oldest: 2, head: 2 },
      ]);
    });

    it('tells a connection that is not known, or has not subscribed, to subscribe again', async () => {
      const refused = [{ type: 'error', id: '1', code: 'NOT_SUBSCRIBED' }];
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toMatchObject(refused);
      await stage.registry.renew({ id: 'c1', recipient: recipientOf(), connectedAt: STAGE_START });
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toMatchObject(refused);
      await say({ action: 'subscribe' });
      await stage.registry.remove(tenant, 'c1');
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toMatchObject(refused);
    });

    it('refuses a flood, and says when to come back', async () => {
      await say({ action: 'subscribe' });
      await useUpSyncs();
      stage.pass(2);
      expect(await say({ action: 'sync', id: '1', cursor: at(0) })).toEqual([
        { type: 'error', id: '1', code: 'RATE_LIMITED', message: expect.any(String), retryAfterSeconds: 8 },
      ]);
      stage.pass(8);
      expect(await say({ action: 'sync', id: '2', cursor: at(0, '') })).toMatchObject([{ type: 'synced', id: '2' }]);
    });

    it('says by which code a flood was refused, so that it is counted', async () => {
      await say({ action: 'subscribe' });
      await useUpSyncs();
      const messages = [
        { action: 'sync', cursor: at(0) },
        { action: 'subscribe', cursor: at(0) },
      ];
      for (const message of messages) {
        expect(await receive(socket, JSON.stringify(message), stage.ports)).toBe('RATE_LIMITED');
      }
    });

    it('refuses one for a subscription that was paused or deleted since, and goes on when it is active again', async () => {
      await stage.record('a');
      await createBilling();
      await say({ action: 'subscribe', subscription: 'billing' }, service);
      const sync = () => say({ action: 'sync', id: '1', cursor: at(0) }, service);
      await stage.subscriptions.change(tenant, billing, { status: 'paused' }, '');
      expect(await sync()).toMatchObject([{ type: 'error', id: '1', code: 'SUBSCRIPTION_PAUSED' }]);
      await stage.subscriptions.change(tenant, billing, { status: 'active' }, '');
      expect(await sync()).toMatchObject([{ events: [{ id: 'a' }] }, { type: 'synced' }]);
      await stage.subscriptions.remove(tenant, billing);
      expect(await sync()).toMatchObject([{ type: 'error', id: '1', code: 'SUBSCRIPTION_NOT_FOUND' }]);
    });
  });

  describe('that acknowledges', () => {
    const acknowledge = (members: object, from: OpenSocket = service) =>
      say({ action: 'ack', id: '1', subscription: 'billing', ...members }, from);
    beforeEach(async () => {
      for (const id of ['a', 'b', 'c']) await stage.record(id);
      await createBilling();
    });

    it('answers with where the subscription stands, without having subscribed', async () => {
      expect(await acknowledge({ sequence: 2 })).toEqual([{ type: 'acked', id: '1', cursor: at(2) }]);
      expect(await acknowledge({ sequence: 2 })).toEqual([{ type: 'acked', id: '1', cursor: at(2) }]);
      expect(await acknowledge({ sequence: 1, epoch: STAGE_EPOCH })).toEqual([
        { type: 'acked', id: '1', cursor: at(2) },
      ]);
    });

    it.each<[string, object, Code]>([
      ['beyond the head', { sequence: 4 }, 'ACK_BEYOND_HEAD'],
      ['in another epoch', { sequence: 1, epoch: 'other' }, 'EPOCH_MISMATCH'],
      ['for a subscription that there is not', { sequence: 1, subscription: 'other' }, 'SUBSCRIPTION_NOT_FOUND'],
      ['with a negative sequence', { sequence: -1 }, 'CURSOR_INVALID'],
      ['without a name', { sequence: 1, subscription: '' }, 'SUBSCRIPTION_INVALID'],
    ])('refuses one %s, and moves nothing', async (_, members, code) => {
      expect(await acknowledge(members)).toMatchObject([{ type: 'error', id: '1', code }]);
      expect((await stage.subscriptions.find(tenant, billing))?.cursor).toEqual(at(0));
    });

    it('refuses one for a paused subscription', async () => {
      await stage.subscriptions.change(tenant, billing, { status: 'paused' }, '');
      expect(await acknowledge({ sequence: 1 })).toMatchObject([{ id: '1', code: 'SUBSCRIPTION_PAUSED' }]);
    });

    it('refuses one without the scope, and one with an expired token', async () => {
      expect(await acknowledge({ sequence: 1 }, socket)).toMatchObject([{ id: '1', code: 'SCOPE_MISSING' }]);
      const expired = socketOf({ mayRead: true, expiresAt: EXPIRED });
      expect(await acknowledge({ sequence: 1 }, expired)).toMatchObject([{ id: '1', code: 'TOKEN_EXPIRED' }]);
    });
  });

  describe('that sends a newer token', () => {
    const identity = (extra: Partial<Identity> = {}): Identity => ({
      tenant,
      subject: 'alice',
      organizations: ['o1'],
      roles: ['boss'],
      scopes: [],
      expiresAt: 4_100_000_000,
      ...extra,
    });
    const renew = (token: string, from: OpenSocket = socket) => say({ action: 'token', id: '4', token }, from);

    it('answers with its end, and uses its claims from then on', async () => {
      await stage.record('for-boss', { audience: { roles: ['boss'] } });
      await say({ action: 'subscribe' });
      expect(await say({ action: 'sync', cursor: at(0) })).toMatchObject([{ type: 'synced', through: 1 }]);
      stage.tokens.set('newer', identity());
      expect(await renew('newer')).toEqual([{ type: 'renewed', id: '4', expires: 4_100_000_000 }]);
      expect(await say({ action: 'sync', cursor: at(0) })).toMatchObject([
        { events: [{ id: 'for-boss' }] },
        { type: 'synced' },
      ]);
    });

    it('takes claims away as well as giving them', async () => {
      await stage.record('for-boss', { audience: { roles: ['boss'] } });
      const boss = socketOf({ roles: ['boss'] });
      await say({ action: 'subscribe' }, boss);
      stage.tokens.set('lesser', identity({ roles: [] }));
      await renew('lesser', boss);
      expect(await say({ action: 'sync', cursor: at(0) }, boss)).toEqual([
        { type: 'synced', epoch: STAGE_EPOCH, through: 1, head: 1, events: 0 },
      ]);
    });

    it('brings an expired socket back to life, with what it had subscribed', async () => {
      const brief = socketOf({ expiresAt: EXPIRED + 10 });
      await stage.record('a');
      await say({ action: 'subscribe', filter: { types: ['bank.*'] } }, brief);
      stage.pass(10);
      expect(await say({ action: 'sync', id: '1', cursor: at(0) }, brief)).toMatchObject([
        { type: 'error', id: '1', code: 'TOKEN_EXPIRED' },
      ]);
      stage.tokens.set('newer', identity());
      await renew('newer', brief);
      expect(await wish()).toEqual({ filter: { types: ['bank.*'] } });
      expect(await say({ action: 'sync', cursor: at(0) }, brief)).toMatchObject([
        { events: [{ id: 'a' }] },
        { type: 'synced' },
      ]);
    });

    it('makes the connection of a socket known that has not subscribed, which gets nothing yet', async () => {
      stage.tokens.set('newer', identity({ scopes: ['events:read'] }));
      await renew('newer');
      expect(await stage.registry.find(tenant, 'c1')).toMatchObject({ recipient: { roles: ['boss'], mayRead: true } });
      expect(await wish()).toBeUndefined();
    });

    it('refuses one of another tenant, and the old one stays', async () => {
      await say({ action: 'subscribe' });
      stage.tokens.set('foreign', identity({ tenant: asTenantId('other') }));
      expect(await renew('foreign')).toMatchObject([{ type: 'error', id: '4', code: 'TENANT_MISMATCH' }]);
      expect((await stage.registry.find(tenant, 'c1'))?.recipient).toEqual(recipientOf());
      expect((await stage.registry.list(asTenantId('other'))).connections).toEqual([]);
      expect(await say({ action: 'sync', cursor: at(0, '') })).toMatchObject([{ type: 'synced' }]);
    });

    it('refuses one that is not trusted, or names no tenant, and the old one stays', async () => {
      await say({ action: 'subscribe' });
      stage.tokens.set('nobody', identity({ tenant: undefined }));
      expect(await renew('forged')).toMatchObject([{ type: 'error', id: '4', code: 'TOKEN_SIGNATURE_INVALID' }]);
      expect(await renew('nobody')).toMatchObject([{ type: 'error', id: '4', code: 'TENANT_CLAIM_MISSING' }]);
      expect((await stage.registry.find(tenant, 'c1'))?.recipient).toEqual(recipientOf());
    });

    it('never repeats a token in an answer', async () => {
      const answers = [...(await renew('secret-token')), ...(await say({ action: 'token', token: ['secret-token'] }))];
      expect(answers).toHaveLength(2);
      expect(JSON.stringify(answers)).not.toContain('secret-token');
    });
  });

  it('answers bad input by an error with the request’s id, and keeps what was subscribed', async () => {
    await say({ action: 'subscribe', filter: { types: ['bank.*'] } });
    expect(await say({ action: 'subscribe', id: 'x', filter: { types: 'bank.*' } })).toMatchObject([
      {
        type: 'error',
        id: 'x',
        code: 'FILTER_INVALID',
        errors: [{ path: '/filter/types', message: 'expected a list of strings, found "bank.*"' }],
      },
    ]);
    expect(await say({ action: 'dance', id: 'y' })).toMatchObject([{ type: 'error', id: 'y', code: 'ACTION_UNKNOWN' }]);
    expect(await say('{')).toMatchObject([{ type: 'error', code: 'FRAME_NOT_JSON' }]);
    expect(await say({ action: 'sync', id: 'z' })).toMatchObject([{ type: 'error', id: 'z', code: 'CURSOR_INVALID' }]);
    expect(await wish()).toEqual({ filter: { types: ['bank.*'] } });
  });

  it.each([
    { action: 'subscribe' },
    { action: 'subscribe', cursor: { sequence: 0 } },
    { action: 'subscribe', subscription: 'billing' },
    { action: 'sync', cursor: { sequence: 0 } },
    { action: 'ack', subscription: 'billing', sequence: 0 },
  ])('refuses %j with a token that has ended, from the very second on, and keeps what was wanted', async (message) => {
    await createBilling();
    await say({ action: 'subscribe', filter: { types: ['bank.*'] } }, service);
    await stage.registry.renew({
      id: 'c1',
      recipient: recipientOf({ mayRead: true, expiresAt: EXPIRED }),
      connectedAt: STAGE_START,
    });
    expect(await say({ id: '1', ...message }, service)).toMatchObject([
      { type: 'error', id: '1', code: 'TOKEN_EXPIRED' },
    ]);
    expect(await wish()).toEqual({ filter: { types: ['bank.*'] } });
  });

  it('makes no connection known by a token that has ended', async () => {
    const expired = socketOf({ expiresAt: EXPIRED });
    expect(await say({ action: 'subscribe' }, expired)).toMatchObject([{ code: 'TOKEN_EXPIRED' }]);
    expect((await stage.registry.list(tenant)).connections).toEqual([]);
  });

  it.each([
    { action: 'subscribe' },
    { action: 'subscribe', subscription: 'billing' },
    { action: 'sync', cursor: { sequence: 0 } },
    { action: 'ack', subscription: 'billing', sequence: 0 },
    { action: 'token', token: 't' },
  ])('refuses %j on a socket that nobody has checked', async (message) => {
    expect(await say({ id: '2', ...message }, { ...socket, recipient: undefined })).toMatchObject([
      { type: 'error', id: '2', code: 'UNAUTHENTICATED' },
    ]);
    expect((await stage.registry.list(tenant)).connections).toEqual([]);
  });

  it('tells the client which request failed for a reason of the hub’s own, and then fails', async () => {
    const down = { ...stage.ports, log: { ...stage.log, head: () => Promise.reject(new Error('secret: table down')) } };
    await expect(say({ action: 'subscribe', id: '9' }, socket, down)).rejects.toThrow('table down');
    expect(stage.sent.map(({ frame }) => frame)).toEqual([
      { type: 'error', id: '9', code: 'INTERNAL_ERROR', message: expect.not.stringContaining('secret') },
    ]);
  });

  describe('that is sent too many messages', () => {
    const flood = async (times: number, message = '{') => {
      for (let i = 0; i < times; i += 1) await receive(socket, message, stage.ports);
    };

    it('serves so many of a connection in a window, whatever they are, and refuses the others by their id', async () => {
      await flood(LIMITS.messagesPerWindow);
      expect(await say({ action: 'subscribe', id: '7' })).toEqual([
        { type: 'error', id: '7', code: 'RATE_LIMITED', message: expect.any(String), retryAfterSeconds: 10 },
      ]);
      expect(await say('{')).toMatchObject([{ code: 'RATE_LIMITED' }]);
      expect(await say({ action: 'dance', id: '8' })).toMatchObject([{ id: '8', code: 'RATE_LIMITED' }]);
      expect((await stage.registry.list(tenant)).connections).toEqual([]);
      expect(stage.closed).toEqual([]);
    });

    it('serves other connections meanwhile, and this one in the next window', async () => {
      await flood(LIMITS.messagesPerWindow + 1);
      expect(await say({ action: 'subscribe' }, { ...socket, connectionId: 'c2' })).toMatchObject([
        { type: 'subscribed' },
      ]);
      stage.pass(LIMITS.syncWindowSeconds);
      expect(await say({ action: 'subscribe' })).toMatchObject([{ type: 'subscribed' }]);
    });

    it('closes a connection that goes on all the same, without another word', async () => {
      await flood(LIMITS.messagesUntilClosed);
      expect(stage.closed).toEqual([]);
      expect(await say({ action: 'subscribe' })).toEqual([]);
      expect(stage.closed).toEqual(['c1']);
    });
  });

  it('registers a listener at once, and any other only when it subscribes', async () => {
    const { registry, ports } = stage;
    await connect(socket, undefined, ports);
    expect((await registry.list(tenant)).connections).toEqual([]);
    await connect(socket, 'bank.*, community.message:*', ports);
    expect((await registry.list(tenant)).connections).toMatchObject([
      { listensOnly: true, wish: { filter: { types: ['bank.*', 'community.message:*'] } } },
    ]);
    await expect(connect(socket, '', ports)).rejects.toMatchObject({ code: 'FILTER_INVALID' });
  });

  it('forgets a socket that ends, and survives the end of one that was never known', async () => {
    const { registry, ports } = stage;
    await say({ action: 'subscribe' });
    await disconnect({ ...socket, connectionId: 'other' }, ports);
    await disconnect({ ...socket, recipient: undefined }, ports);
    expect((await registry.list(tenant)).connections).toHaveLength(1);
    await disconnect(socket, ports);
    expect((await registry.list(tenant)).connections).toEqual([]);
  });
});
