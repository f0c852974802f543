import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { asTenantId, type ProducedEvent, type TenantId } from '@tidings/contracts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import type { Recipient } from '../../../lambdas/core/identity.ts';
import type { EventLog } from '../../../lambdas/core/ports/event-log.ts';
import { recordEvents } from '../../../lambdas/core/record-events.ts';
import { everyExample } from '../../acceptance/events.ts';

/** One event in so many is for the sparse subscriber. */
export const SPARSENESS = 10_000;
const EVENTS_PER_RECORDING = 900;

/** Everybody but the sparse subscriber is in this organisation. */
const ORGANIZATION = 'org-1';
const SPARSE_USER = 'user-1';

const recipient = (tenant: TenantId, rest: Partial<Recipient>): Recipient => ({
  tenant,
  subject: undefined,
  organizations: [],
  roles: [],
  expiresAt: 4e9,
  mayRead: true,
  ...rest,
});

/** Who may see one event in {@link SPARSENESS}. */
export const sparse = (tenant: TenantId): Recipient => recipient(tenant, { subject: SPARSE_USER });

/** Who may see everything. */
export const everything = (tenant: TenantId): Recipient =>
  recipient(tenant, { subject: SPARSE_USER, organizations: [ORGANIZATION] });

/** A client of an engine on this machine. */
export const connectTo = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });

/**
 * Records a backlog as the hub does, with the examples of all schemas for data.
 * @returns the tenant, and all ids in no order
 */
export async function recordBacklog(
  name: string,
  count: number,
  log: EventLog,
): Promise<{ readonly tenant: TenantId; readonly ids: readonly string[] }> {
  const tenant = asTenantId(name);
  const ids: string[] = [];
  const examples = everyExample(tenant);
  for (let first = 0; first < count; first += EVENTS_PER_RECORDING) {
    const events = Array.from({ length: Math.min(EVENTS_PER_RECORDING, count - first) }, (_, index) => {
      const number = first + index;
      const audience = number % SPARSENESS === 0 ? { userids: SPARSE_USER } : { organizationids: ORGANIZATION };
      const example = examples[number % examples.length];
      const id = `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}`;
      ids.push(id);
      return { ...example, id, ...audience } as unknown as ProducedEvent & { time: string };
    });
    await recordEvents(tenant, events, { days: 1 }, { log, surroundings: systemSurroundings });
  }
  return { tenant, ids };
}
