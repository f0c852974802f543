import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import { OPERATIONS_SCOPES } from '../../../packages/contracts/src/operations.ts';
import type { JsonObject } from '../json-value.ts';
import { body, json, operation, success, takes } from './operation.ts';
import { QUEUE_NAME } from './operations-schemas.ts';
import { EXAMPLE, ref } from './shared-schemas.ts';

const LETTER = {
  letterId: EXAMPLE.id,
  queue: 'intake',
  tenantid: EXAMPLE.tenant,
  eventId: EXAMPLE.id,
  type: 'bank.transaction:created@v1',
  reason: { code: 'INTERNAL_ERROR', message: 'Not stored in 5 tries, the last ended with TimeoutError' },
  receivedTime: EXAMPLE.time,
  deliveries: 5,
};

const EMPTY = { waiting: 0, inFlight: 0 };

const HEALTH = {
  time: EXAMPLE.time,
  tenant: {
    tenantid: EXAMPLE.tenant,
    epoch: EXAMPLE.epoch,
    head: 42,
    fanOut: { through: 42, lag: 0 },
    connections: 3,
  },
  queues: {
    intake: EMPTY,
    doorbell: EMPTY,
    intakeDeadLetters: { waiting: 1, inFlight: 0 },
    intakeUndeliverable: EMPTY,
    doorbellDeadLetters: EMPTY,
  },
};

const METRICS = {
  from: '2026-01-31T09:28:00Z',
  through: '2026-01-31T09:30:00Z',
  periodSeconds: 60,
  series: [
    { name: 'EventsStored', unit: 'Count', statistic: 'Sum', values: [120, 97] },
    { name: 'RecordToPostMilliseconds', unit: 'Milliseconds', statistic: 'p99', values: [84, null] },
  ],
  rejected: [{ metric: 'EventsRejected', code: 'EVENT_DATA_INVALID', count: 3 }],
};

const WHOSE = "A token with a tenant's claim is for that tenant's letters only, one without for everybody's.";

/** The routes of operators. */
export const OPERATIONS_ROUTES = {
  'GET /operations/health': operation(
    'GET /operations/health',
    'readHealth',
    'operations',
    'See how the hub does, and your tenant in it',
    { security: takes(OPERATIONS_SCOPES.read) },
    { '200': success('As it is now.', json(ref('HubHealth'), HEALTH)) },
  ),
  'GET /operations/metrics': operation(
    'GET /operations/metrics',
    'readMetrics',
    'operations',
    'Read what the hub has counted and measured',
    {
      description: `Up to 180 minutes by the minute, up to a day by five, beyond by the hour. Each request is paid for: see docs/cost.md.`,
      security: takes(OPERATIONS_SCOPES.read),
      parameters: [
        {
          name: 'minutes',
          in: 'query',
          description: 'How far back.',
          schema: { type: 'integer', minimum: 1, maximum: LIMITS.metricsMinutes, default: 60 },
        },
      ],
    },
    { '200': success('The metrics.', json(ref('HubMetrics'), METRICS)) },
  ),
  'GET /operations/dead-letters': operation(
    'GET /operations/dead-letters',
    'listDeadLetters',
    'operations',
    'List what could not be dealt with, and why',
    {
      description: `${WHOSE} Letters are looked at one by one, so for a moment nobody else can. It answers within ten seconds with what it has found.`,
      security: takes(OPERATIONS_SCOPES.read),
      parameters: [
        { name: 'queue', in: 'query', required: true, description: 'Which queue.', schema: QUEUE_NAME },
        {
          name: 'limit',
          in: 'query',
          description: 'Letters, at most.',
          schema: { type: 'integer', minimum: 1, maximum: LIMITS.deadLetters, default: 50 },
        },
      ],
    },
    { '200': success('The letters.', json(ref('DeadLetters'), { letters: [LETTER], waiting: 1, complete: true })) },
  ),
  'POST /operations/dead-letters/redrive': operation(
    'POST /operations/dead-letters/redrive',
    'redriveDeadLetters',
    'operations',
    'Send letters back to where they could not be dealt with',
    {
      description: `${WHOSE} For when the cause is mended. Each is sent first and deleted after, and one that is sent twice is stored once, so asking again is safe. It takes half a minute at most; \`left\` says what there was no time for.`,
      security: takes(OPERATIONS_SCOPES.write),
      requestBody: body(json(ref('Redrive'), { queue: 'intake', letterIds: [LETTER.letterId] })),
    },
    { '200': success('What became of them.', json(ref('Redriven'), { redriven: 1, missing: [], left: 0 })) },
  ),
} as const satisfies Readonly<Record<string, JsonObject>>;
