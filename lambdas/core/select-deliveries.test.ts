import { asEventId, asSequence, type Subscription, type SubscriptionName } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { recipientOf, STAGE_TENANT as tenant } from '../../test/property/socket-stage.ts';
import type { Audience, Recipient } from './identity.ts';
import type { Connection } from './ports/connection-registry.ts';
import type { LedgerEvent } from './ports/event-log.ts';
import { Selection } from './select-deliveries.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const billing = 'billing' as SubscriptionName;

const event = (sequence: number, type = 'bank.test:created@v1', audience: Audience = {}): LedgerEvent => ({
  id: asEventId(`e${sequence}`),
  sequence: asSequence(sequence),
  type,
  bytes: 100,
  ...audience,
});
const connection = (id: string, extra: Partial<Connection> = {}, claims: Partial<Recipient> = {}): Connection => ({
  id,
  recipient: recipientOf(claims),
  wish: { filter: {} },
  listensOnly: false,
  connectedAt: secondsAgo(60),
  turn: 1,
  ...extra,
});
const subscription = (extra: Partial<Subscription> = {}): Subscription => ({
  name: billing,
  filter: {},
  status: 'active',
  cursor: { epoch: 'e', sequence: asSequence(0) },
  created: '',
  updated: '',
  ...extra,
});

describe('choosing who gets what', () => {
  /** Connection id → ids of its events, and how often subscriptions were read. */
  const select = async (
    connections: readonly Connection[],
    events: readonly LedgerEvent[],
    subscriptions: readonly Subscription[] = [],
  ) => {
    let reads = 0;
    const selection = new Selection(tenant, {
      subscriptions: {
        list: async () => {
          reads += 1;
          return subscriptions;
        },
      },
      isBroadcast: (type) => !type.startsWith('bank.secret:'),
    });
    const deliveries = await selection.choose(connections, events, NOW);
    return {
      chosen: Object.fromEntries(
        deliveries.map((delivery) => [delivery.connection.id, delivery.events.map(({ id }) => id)]),
      ),
      reads,
    };
  };
  const resumed = { wish: { subscription: billing } };
  const mayRead = { mayRead: true };

  it('takes claims, filter and what is for browsers into account, and leaves out who gets nothing', async () => {
    const connections = [
      connection('all'),
      connection('filtered', { wish: { filter: { types: ['community.*'] } } }),
      connection('boss', {}, { roles: ['boss'] }),
      connection('nothing', { wish: { filter: { subjects: ['none'] } } }),
    ];
    const events = [
      event(1),
      event(2, 'community.member:joined@v1'),
      event(3, 'bank.test:created@v1', { roles: ['boss'] }),
      event(4, 'bank.secret:kept@v1'),
    ];
    const { chosen, reads } = await select(connections, events);
    expect(chosen).toEqual({ all: ['e1', 'e2'], filtered: ['e2'], boss: ['e1', 'e2', 'e3'] });
    expect(reads).toBe(0);
  });

  it('gives nothing to an expired token, from the very second on, and none to who wants nothing yet', async () => {
    const second = NOW.getTime() / 1000;
    const { wish: _, ...silent } = connection('silent');
    const connections = [
      connection('expired', {}, { expiresAt: second }),
      connection('alive', {}, { expiresAt: second + 1 }),
      silent,
    ];
    expect((await select(connections, [event(1)])).chosen).toEqual({ alive: ['e1'] });
  });

  it('leaves who is behind alone until it syncs, and forgives who only listens after ten seconds', async () => {
    const connections = [
      connection('behind', { behindSince: secondsAgo(3600) }),
      connection('listener', { listensOnly: true, behindSince: secondsAgo(9.999) }),
      connection('forgiven', { listensOnly: true, behindSince: secondsAgo(10) }),
    ];
    expect((await select(connections, [event(1)])).chosen).toEqual({ forgiven: ['e1'] });
  });

  it('gives a durable subscription what its own filter lets through, also what is not for browsers', async () => {
    const events = [event(1), event(2, 'bank.secret:kept@v1'), event(3, 'bank.secret:kept@v1', { users: ['bob'] })];
    const connections = [connection('a', resumed, mayRead), connection('b', resumed, mayRead), connection('own')];
    const { chosen, reads } = await select(connections, events, [
      subscription({ filter: { types: ['bank.secret:*'] } }),
    ]);
    expect(chosen).toEqual({ a: ['e2'], b: ['e2'], own: ['e1'] });
    expect(reads).toBe(1);
  });

  it('gives nothing to a subscription that is paused or gone', async () => {
    const connections = [connection('a', resumed, mayRead)];
    expect((await select(connections, [event(1)], [subscription({ status: 'paused' })])).chosen).toEqual({});
    expect((await select(connections, [event(1)], [])).chosen).toEqual({});
    expect((await select(connections, [event(1)], [subscription()])).chosen).toEqual({ a: ['e1'] });
  });

  it('gives a subscription nothing by a token that has lost the scope for reading', async () => {
    const connections = [connection('a', resumed, { mayRead: false })];
    expect((await select(connections, [event(1)], [subscription()])).chosen).toEqual({});
  });
});
