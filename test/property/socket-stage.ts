import { asEventId, asTenantId, NO_EPOCH, TidingsError } from '@tidings/contracts';
import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySocketSlots } from '../../lambdas/adapters/memory/socket-slots.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import type { Audience, Identity, Recipient } from '../../lambdas/core/identity.ts';

import type { PostOutcome } from '../../lambdas/core/ports/outbound.ts';
import type { SocketSlots } from '../../lambdas/core/ports/socket-slots.ts';
import { RateMeter } from '../../lambdas/core/rate-window.ts';
import type { SocketPorts } from '../../lambdas/core/serve-socket.ts';

export const STAGE_TENANT = asTenantId('acme');
export const STAGE_START = new Date('2026-03-01T12:00:00Z');

/** A frame as a client reads it. */
export type SentFrame = Readonly<Record<string, unknown>>;

/** Claims of someone of the stage's tenant, without the scope for reading. */
export const recipientOf = (claims: Partial<Recipient> = {}): Recipient => ({
  tenant: STAGE_TENANT,
  subject: 'alice',
  organizations: [],
  roles: [],
  expiresAt: 4_000_000_000,
  mayRead: false,
  ...claims,
});

interface Recorded {
  readonly type?: string;
  readonly data?: unknown;
  readonly audience?: Audience;
  readonly seconds?: number;
  /** More attributes of the event. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** All that serves sockets, in memory, with a clock and with posts that a test decides on. */
export function createSocketStage() {
  let now = STAGE_START;
  const sent: { readonly connectionId: string; readonly frame: SentFrame; readonly bytes: number }[] = [];
  const order: string[] = [];
  const tokens = new Map<string, Identity>();
  const log = createMemoryEventLog({ now: () => now });
  const registry = createMemoryConnectionRegistry();
  const subscriptions = createMemorySubscriptions();
  let outcomeOf = (_frame: SentFrame): PostOutcome => 'delivered';

  const slots = createMemorySocketSlots({ socketsPerUser: 2, socketsPerTenant: 3 }, { now: () => now });
  /** Sockets that API Gateway says are gone, and those that the hub has closed. */
  const gone = new Set<string>();
  const closed: string[] = [];

  const ports: SocketPorts & { readonly slots: SocketSlots } = {
    log,
    registry,
    subscriptions,
    poster: {
      post: async (connectionId, text) => {
        const frame = JSON.parse(text) as SentFrame;
        const outcome = outcomeOf(frame);
        if (outcome === 'delivered') sent.push({ connectionId, frame, bytes: Buffer.byteLength(text) });
        return outcome;
      },
    },
    slots,
    control: {
      isOpen: async (connectionId) => !gone.has(connectionId),
      close: async (connectionId) => {
        closed.push(connectionId);
      },
    },
    meter: new RateMeter(),
    isBroadcast: (type) => !type.startsWith('bank.secret:'),
    surroundings: { now: () => now },
    apiUrl: 'https://api.example',
    verifier: {
      verify: async (token) => {
        const identity = tokens.get(token);
        if (identity !== undefined) return identity;
        throw new TidingsError('TOKEN_SIGNATURE_INVALID', 'The signature of the token is wrong');
      },
    },
    readScope: 'events:read',
  };

  return {
    ports,
    log,
    registry,
    subscriptions,
    tokens,
    gone,
    closed,
    sent,
    /** Names of what was done to registry and log through {@link notingPorts}, in order. */
    order,
    now: () => now,
    pass: (seconds: number): void => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    /** Decides what becomes of the posts from now on. */
    decidePosts: (decide: (frame: SentFrame) => PostOutcome): void => {
      outcomeOf = decide;
    },
    /** The same ports, which note what they are asked for. */
    notingPorts: () => ({
      ...ports,
      log: noting('log', log, order),
      registry: noting('registry', registry, order),
    }),
    /** Records one event as a commit of its own. */
    record: async (
      id: string,
      { type = 'bank.test:created@v1', data = id, audience = {}, seconds = 3600, attributes = {} }: Recorded = {},
    ): Promise<void> => {
      const header = { id: asEventId(id), type };
      const event = {
        specversion: '1.0' as const,
        source: 's',
        tenantid: STAGE_TENANT,
        ...header,
        ...attributes,
        data,
      };
      const outcome = await log.commit({
        tenant: STAGE_TENANT,
        expected: await log.head(STAGE_TENANT),
        newEpoch: 'epoch-1',
        events: [{ json: JSON.stringify(event), header: { ...header, ...audience } }],
        recordedAt: now,
        expiresAt: now.getTime() / 1000 + seconds,
      });
      if (outcome.kind !== 'committed') throw new Error(`Not recorded: ${outcome.kind}`);
    },
  };
}

/** The epoch that the stage's log gets with its first event. */
export const STAGE_EPOCH = 'epoch-1';
export const BEFORE_ANYTHING = { epoch: NO_EPOCH, sequence: 0 };

function noting<Port extends object>(name: string, port: Port, order: string[]): Port {
  return new Proxy(port, {
    get(target, method, receiver) {
      const value: unknown = Reflect.get(target, method, receiver);
      if (typeof value !== 'function') return value;
      return (...inputs: unknown[]) => {
        order.push(`${name}.${String(method)}`);
        return value.apply(target, inputs);
      };
    },
  });
}

export type SocketStage = ReturnType<typeof createSocketStage>;
