import { asSequence, EMPTY_HEAD, type EventId, type Head, NO_EPOCH, type TenantId } from '@tidings/contracts';
import type { EventLog, FanOutPosition, LedgerEvent } from '../../core/ports/event-log.ts';
import type { Surroundings } from '../../core/ports/surroundings.ts';
import { withPlace } from '../../core/recorded-json.ts';

interface Stored {
  readonly json: string;
  readonly expiresAt: number;
}

interface Tenant {
  head: Head;
  /** Of the tenant as a whole under `undefined`, and of its shards. */
  readonly positions: Map<number | undefined, FanOutPosition>;
  ledger: (LedgerEvent & { expiresAt: number })[];
  readonly events: Map<EventId, Stored>;
}

/** The event log in memory, and what its store does by itself. */
export interface MemoryEventLog extends EventLog {
  /** Deletes what is past its time, each item if `isReached`: as DynamoDB does, late and in no order. */
  deleteExpired(now: Date, isReached: () => boolean): void;
}

/** The event log in memory, with the guarantees of the real one; for tests. */
export function createMemoryEventLog(surroundings: Pick<Surroundings, 'now'>): MemoryEventLog {
  const tenants = new Map<TenantId, Tenant>();
  const of = (tenant: TenantId): Tenant => {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    const fresh = { head: EMPTY_HEAD, positions: new Map(), ledger: [], events: new Map() };
    tenants.set(tenant, fresh);
    return fresh;
  };
  const isKept = ({ expiresAt }: { expiresAt: number }): boolean => expiresAt * 1000 > surroundings.now().getTime();

  return {
    async head(tenant) {
      return of(tenant).head;
    },

    async commit({ tenant, expected, newEpoch, events, recordedAt, expiresAt }) {
      const at = of(tenant);
      if (at.head.sequence !== expected.sequence || at.head.epoch !== expected.epoch) {
        return { kind: 'head-moved', found: at.head };
      }
      const now = Math.floor(recordedAt.getTime() / 1000);
      const taken = events.map(({ header }) => header.id).filter((id) => (at.events.get(id)?.expiresAt ?? now) > now);
      if (taken.length > 0) return { kind: 'duplicates', ids: new Set(taken) };
      events.forEach(({ header, json: produced }, index) => {
        const sequence = asSequence(expected.sequence + 1 + index);
        const json = withPlace(produced, { sequence, recordedAt });
        at.events.set(header.id, { json, expiresAt });
        at.ledger.push({ ...header, bytes: Buffer.byteLength(json), sequence, expiresAt });
      });
      const head = {
        epoch: expected.epoch === NO_EPOCH ? newEpoch : expected.epoch,
        sequence: asSequence(expected.sequence + events.length),
      };
      at.head = head;
      return { kind: 'committed', head };
    },

    async readLedger(tenant, after, upTo, limit) {
      const range = of(tenant).ledger.filter(({ sequence }) => sequence > after && sequence <= upTo);
      const page = range.slice(0, limit);
      const through = range.length > limit ? (page.at(-1)?.sequence ?? upTo) : upTo;
      return { events: page.filter(isKept).map(({ expiresAt: _, ...event }) => event), through };
    },

    async readEvents(tenant, ids) {
      const { events } = of(tenant);
      const found = ids.flatMap((id): [EventId, string][] => {
        const stored = events.get(id);
        return stored !== undefined && isKept(stored) ? [[id, stored.json]] : [];
      });
      return new Map(found);
    },

    async fanOutPosition(tenant, shard) {
      return of(tenant).positions.get(shard) ?? EMPTY_HEAD;
    },

    async moveFanOutPosition(tenant, position, shard) {
      const { positions } = of(tenant);
      const { epoch, sequence } = positions.get(shard) ?? EMPTY_HEAD;
      if (position.epoch !== epoch || position.sequence > sequence) positions.set(shard, position);
    },

    deleteExpired(now, isReached) {
      const isLeft = ({ expiresAt }: { expiresAt: number }) => expiresAt * 1000 > now.getTime() || !isReached();
      for (const at of tenants.values()) {
        at.ledger = at.ledger.filter(isLeft);
        for (const [id, stored] of at.events) if (!isLeft(stored)) at.events.delete(id);
      }
    },
  };
}
