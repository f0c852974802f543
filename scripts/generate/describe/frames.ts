import type { CLIENT_ACTIONS } from '../../../packages/contracts/src/client-frames.ts';
import type { Cursor, ResetReason } from '../../../packages/contracts/src/cursor.ts';
import type { HubFrame } from '../../../packages/contracts/src/hub-frames.ts';
import { LIMITS } from '../../../packages/contracts/src/limits.ts';
import { HEARTBEAT_SECONDS } from '../../../packages/contracts/src/protocol.ts';
import type { JsonObject } from '../json-value.ts';
import { meaningsOf } from './code-meanings.ts';
import { SOCKET_CODES } from './route-codes.ts';
import { EXAMPLE, object, ref } from './shared-schemas.ts';

/** A frame as the documentation has it. */
export interface DescribedFrame {
  readonly title: string;
  readonly summary: string;
  readonly payload: JsonObject;
  readonly examples: readonly JsonObject[];
}

type Action = keyof typeof CLIENT_ACTIONS;
type ActionMembers<A extends Action> = Readonly<Record<(typeof CLIENT_ACTIONS)[A][number], JsonObject>>;
type FrameType = HubFrame<unknown>['type'];
type FrameOf<T extends FrameType> = Extract<HubFrame<unknown>, { readonly type: T }>;
type FrameMembers<T extends FrameType> = Readonly<Record<Exclude<keyof FrameOf<T>, 'type' | 'id'>, JsonObject>>;

interface Parts<Members> {
  readonly title: string;
  readonly summary: string;
  readonly members: Members;
  readonly required: readonly (keyof Members & string)[];
  readonly examples: readonly JsonObject[];
  readonly more?: JsonObject;
}

const ID = {
  type: 'string',
  maxLength: LIMITS.frameIdCharacters,
  description: "The client's own; it comes back in the answer.",
};
const CURSOR = { epoch: EXAMPLE.epoch, sequence: 41 } satisfies { readonly [M in keyof Cursor]: unknown };
const REASONS = Object.keys({ retention: 0, epoch: 0, ahead: 0 } satisfies Record<ResetReason, 0>);

/** What a client may send; the compiler refuses an action or a member that the parser does not know. */
const CLIENT: { readonly [A in Action]: Parts<ActionMembers<A>> } = {
  subscribe: {
    title: 'Subscribe',
    summary:
      'Deliver from now on, or from a cursor; or what a durable subscription asks for. Replaces what was subscribed before.',
    members: {
      filter: ref('Filter'),
      cursor: ref('Start'),
      subscription: {
        ...ref('Identifier'),
        description: 'The name of a durable subscription: it has its own filter and cursor.',
      },
    },
    required: [],
    more: { not: { required: ['subscription'], anyOf: [{ required: ['filter'] }, { required: ['cursor'] }] } },
    examples: [
      { action: 'subscribe', id: '1', filter: { types: ['bank.*'] } },
      { action: 'subscribe', id: '1', filter: { types: ['bank.*'] }, cursor: CURSOR },
      { action: 'subscribe', id: '1', cursor: { sequence: 0 } },
      { action: 'subscribe', id: '1', subscription: 'billing' },
    ],
  },
  sync: {
    title: 'Sync',
    summary: 'Heartbeat, gap check and replay in one: answer with the page after the cursor.',
    members: { cursor: ref('Start') },
    required: ['cursor'],
    examples: [{ action: 'sync', id: '2', cursor: CURSOR }],
  },
  ack: {
    title: 'Acknowledge',
    summary: 'Everything up to the sequence has been dealt with.',
    members: { subscription: ref('Identifier'), sequence: ref('Sequence'), epoch: ref('Epoch') },
    required: ['subscription', 'sequence'],
    examples: [{ action: 'ack', id: '3', subscription: 'billing', sequence: 41, epoch: EXAMPLE.epoch }],
  },
  token: {
    title: 'Renew the token',
    summary: 'Go on with a newer token of the same tenant.',
    members: { token: { type: 'string', minLength: 1, description: 'An access token (JWT).' } },
    required: ['token'],
    examples: [{ action: 'token', id: '4', token: '<access token>' }],
  },
};

/** What the hub may send; the compiler refuses a type or a member that the contracts do not have. */
const hub = (event: JsonObject): { readonly [T in FrameType]: Parts<FrameMembers<T>> } => ({
  subscribed: {
    title: 'Subscribed',
    summary: 'Everything after `head` will be delivered.',
    members: {
      epoch: ref('Epoch'),
      head: ref('Sequence'),
      cursor: { ...ref('Cursor'), description: 'Where a durable subscription stands.' },
      heartbeatSeconds: { type: 'integer', minimum: 1, description: 'Sync at the latest after so many seconds.' },
    },
    required: ['epoch', 'head', 'heartbeatSeconds'],
    examples: [
      { type: 'subscribed', id: '1', epoch: EXAMPLE.epoch, head: 42, heartbeatSeconds: HEARTBEAT_SECONDS },
      {
        type: 'subscribed',
        id: '1',
        epoch: EXAMPLE.epoch,
        head: 42,
        cursor: CURSOR,
        heartbeatSeconds: HEARTBEAT_SECONDS,
      },
    ],
  },
  events: {
    title: 'Events',
    summary: 'All events of the range that are for this client, in order. What is missing was not.',
    members: {
      from: ref('Sequence'),
      through: ref('Sequence'),
      replay: { type: 'boolean', description: 'Whether the client asked for them, as against live delivery.' },
      events: { type: 'array', items: ref('DeliveredEvent') },
    },
    required: ['from', 'through', 'replay', 'events'],
    examples: [{ type: 'events', from: 42, through: 42, replay: false, events: [event] }],
  },
  synced: {
    title: 'Synced',
    summary: 'Ends a page, which went up to `through`.',
    members: {
      epoch: ref('Epoch'),
      through: ref('Sequence'),
      head: ref('Sequence'),
      events: { type: 'integer', minimum: 0, description: 'How many events came in the frame before.' },
    },
    required: ['epoch', 'through', 'head', 'events'],
    examples: [{ type: 'synced', id: '2', epoch: EXAMPLE.epoch, through: 42, head: 42, events: 1 }],
  },
  acked: {
    title: 'Acknowledged',
    summary: 'Where the durable subscription stands now.',
    members: { cursor: ref('Cursor') },
    required: ['cursor'],
    examples: [{ type: 'acked', id: '3', cursor: CURSOR }],
  },
  renewed: {
    title: 'Renewed',
    summary: "The new token's claims hold from now on.",
    members: { expires: { type: 'number', description: 'Epoch second at which the token ends.' } },
    required: ['expires'],
    examples: [{ type: 'renewed', id: '4', expires: 1_769_855_400 }],
  },
  reset: {
    title: 'Reset',
    summary: 'In place of a page: the cursor cannot be continued from. What is still there begins with `oldest`.',
    members: { reason: { enum: REASONS }, epoch: ref('Epoch'), oldest: ref('Sequence'), head: ref('Sequence') },
    required: ['reason', 'epoch', 'oldest', 'head'],
    examples: [{ type: 'reset', id: '2', reason: 'retention', epoch: EXAMPLE.epoch, oldest: 17, head: 42 }],
  },
  error: {
    title: 'Error',
    summary: 'The request with this id failed; the socket stays open.',
    members: {
      code: { enum: SOCKET_CODES, description: meaningsOf(SOCKET_CODES) },
      message: { type: 'string', description: 'For people; it may change.' },
      errors: { type: 'array', minItems: 1, items: ref('Violation') },
      retryAfterSeconds: { type: 'number', minimum: 0 },
    },
    required: ['code', 'message'],
    examples: [
      { type: 'error', id: '1', code: 'SUBSCRIPTION_PAUSED', message: 'The subscription "billing" is paused' },
      {
        type: 'error',
        id: '2',
        code: 'RATE_LIMITED',
        message: 'This connection syncs too often',
        retryAfterSeconds: 7,
      },
    ],
  },
});

/** The messages of clients, by action. The hub refuses members that it does not know. */
export const clientFrames: Readonly<Record<Action, DescribedFrame>> = described(CLIENT, 'action', {
  additionalProperties: false,
});

/** The messages of the hub, by type. Clients ignore members that they do not know. */
export const hubFrames = (event: JsonObject): Readonly<Record<FrameType, DescribedFrame>> =>
  described(hub(event), 'type', {});

/** Parts of any frame: which members it has, the compiler has checked where they are written. */
type AnyParts = Omit<Parts<object>, 'required'> & { readonly required: readonly string[] };

function described<Name extends string>(
  frames: Readonly<Record<Name, AnyParts>>,
  tag: string,
  closed: JsonObject,
): Readonly<Record<Name, DescribedFrame>> {
  const entries = (Object.entries(frames) as [Name, AnyParts][]).map(([name, parts]) => {
    const { title, summary, members, required, examples, more } = parts;
    // Live and replayed events belong to the range that they name, not to a request.
    const id = name === 'events' ? {} : { id: ID };
    const properties = { [tag]: { const: name }, ...id, ...members };
    return [
      name,
      { title, summary, payload: object(properties, [tag, ...required], { ...more, ...closed }), examples },
    ];
  });
  return Object.fromEntries(entries) as Record<Name, DescribedFrame>;
}
