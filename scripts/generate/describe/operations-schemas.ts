import { CODES } from '../../../packages/contracts/src/codes.ts';
import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import { DEAD_LETTER_QUEUE_NAMES, HEALTH_QUEUES } from '../../../packages/contracts/src/operations.ts';
import type { JsonObject } from '../json-value.ts';
import { object, ref } from './shared-schemas.ts';

const CLOSED = { additionalProperties: false };
const INSTANT = { type: 'string', format: 'date-time' };
const COUNT = { type: 'integer', minimum: 0 };
const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items });
const all = (properties: JsonObject): JsonObject => object(properties, Object.keys(properties));

/** A dead-letter queue, by the name that operators call it. */
export const QUEUE_NAME: JsonObject = {
  enum: DEAD_LETTER_QUEUE_NAMES,
  description:
    '`intake`: accepted events that could not be stored; `undeliverable`: accepted events that EventBridge could not put into the intake queue; `doorbell`: tenants whose sockets could not be served.',
};

/** Bodies of what operators ask and are answered. */
export const OPERATIONS_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  HubHealth: all({
    time: INSTANT,
    tenant: {
      oneOf: [ref('TenantHealth'), { type: 'null' }],
      description: "Null for a token without a tenant's claim.",
    },
    queues: {
      description: "Queues are everybody's; numbers are about right.",
      ...all(Object.fromEntries(HEALTH_QUEUES.map((name) => [name, ref('QueueFill')]))),
    },
  }),
  TenantHealth: all({
    tenantid: ref('Identifier'),
    epoch: ref('Epoch'),
    head: ref('Sequence'),
    fanOut: {
      description: 'Up to where all open sockets were served, and how many events that is behind the head.',
      ...all({ through: ref('Sequence'), lag: COUNT }),
    },
    connections: {
      ...COUNT,
      description:
        'Sockets that have subscribed, until their end is known. Above some thousand: those opened in the last hour and a quarter.',
    },
  }),
  QueueFill: all({
    waiting: COUNT,
    inFlight: { ...COUNT, description: 'Messages that somebody has in hand.' },
  }),
  HubMetrics: {
    description: 'What the functions of the hub have counted and measured, over all tenants.',
    ...all({
      from: { ...INSTANT, description: 'The first period begins here.' },
      through: { ...INSTANT, description: 'The last period ends here; it may go on.' },
      periodSeconds: { enum: [60, 300, 3600] },
      series: listOf(ref('MetricSeries')),
      rejected: { ...listOf(ref('RejectedCount')), description: 'By reason, the most frequent first.' },
    }),
  },
  MetricSeries: all({
    name: { type: 'string' },
    unit: { enum: ['Count', 'Milliseconds'] },
    statistic: { enum: ['Sum', 'Maximum', 'p99'] },
    values: { ...listOf({ type: ['number', 'null'] }), description: 'One a period; null where nothing was measured.' },
  }),
  RejectedCount: all({
    metric: { type: 'string' },
    code: { enum: CODES },
    count: { ...COUNT, minimum: 1 },
  }),
  DeadLetters: all({
    letters: { ...listOf(ref('DeadLetter')), maxItems: LIMITS.deadLetters, description: 'The oldest first.' },
    waiting: { ...COUNT, description: 'About how many the queue has, whosever they are.' },
    complete: {
      type: 'boolean',
      description: 'Whether all of the queue were looked at; if not, there may be others.',
    },
  }),
  DeadLetter: {
    description:
      'A message that could not be dealt with, without its payload. What it says of itself may be absent or cut.',
    ...object(
      {
        letterId: { type: 'string', description: 'By this it is sent back. One that comes back has another.' },
        queue: QUEUE_NAME,
        tenantid: { type: 'string' },
        eventId: { type: 'string' },
        type: { type: 'string' },
        reason: {
          description: 'Absent where SQS has moved it after its last try.',
          ...all({ code: { type: 'string' }, message: { type: 'string' } }),
        },
        receivedTime: INSTANT,
        deliveries: { ...COUNT, description: 'How often it was tried, where that was written down.' },
      },
      ['letterId', 'queue', 'receivedTime'],
    ),
  },
  Redrive: {
    oneOf: [
      object(
        {
          queue: QUEUE_NAME,
          letterIds: {
            type: 'array',
            minItems: 1,
            maxItems: LIMITS.redriveLetters,
            items: { type: 'string', minLength: 1, maxLength: 128 },
          },
        },
        ['queue', 'letterIds'],
        CLOSED,
      ),
      object({ queue: QUEUE_NAME, all: { const: true } }, ['queue', 'all'], CLOSED),
    ],
  },
  Redriven: object(
    {
      redriven: { ...COUNT, description: 'Letters that were sent back.' },
      missing: {
        ...listOf({ type: 'string' }),
        description:
          'Ids that the queue does not have, or whose letters are not yours or in the hands of somebody else.',
      },
      left: {
        ...COUNT,
        description:
          'Letters that were meant and are still there, about: for want of time, or because they came back, cannot be sent or, of all letters, are in the hands of somebody else. Ask again.',
      },
      problems: {
        ...listOf(all({ message: { type: 'string' }, count: { ...COUNT, minimum: 1 } })),
        description: 'Why letters cannot be sent; for a token without a tenant.',
      },
    },
    ['redriven', 'missing', 'left'],
  ),
};
