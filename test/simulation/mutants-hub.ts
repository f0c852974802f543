import type { Mutant } from './mutant.ts';

const STORE = 'lambdas/core/store-messages.ts';
const POST = 'lambdas/core/post-frames.ts';
const FAN_OUT = 'lambdas/core/fan-out.ts';
const SHARD = 'lambdas/core/fan-out-shard.ts';
const ROUND = 'lambdas/core/deliver-round.ts';
const SELECT = 'lambdas/core/select-deliveries.ts';
const SOCKET = 'lambdas/core/serve-socket.ts';
const PAGE = 'lambdas/core/read-page.ts';
const LOG = 'lambdas/adapters/memory/event-log.ts';
const REGISTRY = 'lambdas/adapters/memory/connection-registry.ts';

const READ_SYNC_HEAD = `      const head = await ports.log.head(connection.recipient.tenant);
      const filter`;

/** Mistakes in the hub, and in the conditions of its stores. */
export const HUB_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-head-condition',
    what: 'a commit does not ask whether the head has moved',
    patches: [
      {
        file: LOG,
        find: 'if (at.head.sequence !== expected.sequence || at.head.epoch !== expected.epoch) {',
        replace: 'if (at.head.sequence < 0) {',
      },
    ],
  },
  {
    name: 'no-id-condition',
    what: 'a commit does not ask whether an id is recorded',
    patches: [{ file: LOG, find: 'if (taken.length > 0) return', replace: 'if (taken.length < 0) return' }],
  },
  {
    name: 'ring-before-commit',
    what: 'the doorbell is rung before the commit',
    patches: [
      {
        file: STORE,
        find: '  const { head, added } = await recordEvents(',
        replace: `  const before = await ports.log.head(tenant);
  await ports.doorbell.ring(tenant, before, ports.surroundings.uniqueId());
  const { added } = await recordEvents(`,
      },
      {
        file: STORE,
        find: 'await ports.doorbell.ring(tenant, head, occasionOf(arrivals, added.length), traceparent);',
        replace: 'occasionOf(arrivals, added.length);',
      },
    ],
  },
  {
    name: 'no-ring-after-redelivery',
    what: 'a redelivered message whose event is stored does not ring again',
    patches: [
      {
        file: STORE,
        find: 'await ports.doorbell.ring(tenant, head',
        replace: 'if (added.length > 0) await ports.doorbell.ring(tenant, head',
      },
    ],
  },
  {
    name: 'dead-letter-lost',
    what: 'a message that could not be sent to the dead letters counts as dealt with',
    patches: [
      {
        file: STORE,
        find: 'return failed.push({ message, cause: sendCause });',
        replace: 'return buried.push({ message, code: reason.code, ...(sendCause === null && {}) });',
      },
    ],
  },
  {
    name: 'read-before-write',
    what: 'subscribing reads the log first and writes the connection second',
    patches: [
      {
        file: SOCKET,
        find: '  const connection = await ports.registry.subscribe(origin, { filter: frame.filter }, false);',
        replace: `  const head = await ports.log.head(origin.recipient.tenant);
  const connection = await ports.registry.subscribe(origin, { filter: frame.filter }, false);`,
      },
      {
        file: SOCKET,
        find: '  const head = await ports.log.head(connection.recipient.tenant);\n  const answer',
        replace: '  const answer',
      },
    ],
  },
  {
    name: 'clear-after-reading',
    what: 'sync reads the head first and takes the mark of being behind away second',
    patches: [
      {
        file: SOCKET,
        find: '  const now = ports.surroundings.now();\n  // Clear',
        replace:
          '  const head = await ports.log.head(origin.recipient.tenant);\n  const now = ports.surroundings.now();\n  // Clear',
      },
      { file: SOCKET, find: READ_SYNC_HEAD, replace: '      const filter' },
    ],
  },
  {
    name: 'filter-before-head',
    what: 'sync reads the filter first and the head second',
    patches: [
      { file: SOCKET, find: READ_SYNC_HEAD, replace: '      const filter' },
      {
        file: SOCKET,
        find: '{ ...idOf(frame), start: frame.start, filter, head }',
        replace:
          '{ ...idOf(frame), start: frame.start, filter, head: await ports.log.head(connection.recipient.tenant) }',
      },
    ],
  },
  {
    name: 'pull-filter-before-head',
    what: 'pulling and resuming read the filter first and the head second',
    patches: [
      {
        file: 'lambdas/core/require-subscription.ts',
        find: 'if (epoch === head.epoch && sequence <= head.sequence) return { subscription, head };',
        replace:
          'if (epoch === head.epoch && sequence <= head.sequence) return { subscription, head: await ports.log.head(tenant) };',
      },
    ],
  },
  {
    name: 'no-mark',
    what: 'a failed post leaves no mark',
    patches: [{ file: POST, find: 'else await registry.markBehind(connection, now);', replace: 'else void now;' }],
  },
  {
    name: 'expiry-ignored',
    what: 'the fan-out does not look at when tokens end',
    patches: [
      { file: SELECT, find: ' || hasExpired(recipient, now)) return false;', replace: ') return false;' },
      {
        file: POST,
        find: "if (hasExpired(recipient, surroundings.now())) return 'expired';",
        replace: '',
      },
    ],
  },
  {
    name: 'expiry-once',
    what: 'the fan-out looks at when tokens end only when it lists the connections',
    patches: [
      {
        file: POST,
        find: "if (hasExpired(recipient, surroundings.now())) return 'expired';",
        replace: '',
      },
    ],
  },
  {
    name: 'young-deleted',
    what: 'a young connection that answers 410 is deleted',
    patches: [
      {
        file: POST,
        find: "outcome === 'gone' && now.getTime() - connectedAt.getTime() >= YOUNG_MILLISECONDS",
        replace: "outcome === 'gone' && connectedAt !== undefined",
      },
    ],
  },
  {
    name: 'position-first',
    what: 'the position moves before the posts',
    patches: [
      {
        file: FAN_OUT,
        find: '    add(total, await deliverRound(tenant, page.events, [sockets], posting, ports));',
        replace: `    await log.moveFanOutPosition(tenant, { epoch: head.epoch, sequence: page.through });
    add(total, await deliverRound(tenant, page.events, [sockets], posting, ports));`,
      },
    ],
  },
  {
    name: 'frame-over-gap',
    what: 'a live frame covers events that are gone',
    patches: [
      {
        file: ROUND,
        find: 'if (stretch?.at(-1)?.sequence === header.sequence - 1) stretch.push',
        replace: 'if (stretch !== undefined) stretch.push',
      },
    ],
  },
  {
    name: 'audience-ignored',
    what: 'the fan-out looks at filters only',
    patches: [
      {
        file: SELECT,
        find: 'matching.filter((event) => isInAudience(recipient, event))',
        replace: 'matching.filter((event) => isInAudience(recipient, event) || recipient !== null)',
      },
    ],
  },
  {
    name: 'paused-served',
    what: 'the fan-out delivers to paused subscriptions',
    patches: [{ file: SELECT, find: ".filter(({ status }) => status === 'active')", replace: '' }],
  },
  {
    name: 'expired-served',
    what: 'readers see what is past its time',
    patches: [{ file: LOG, find: 'expiresAt * 1000 > surroundings.now().getTime();', replace: 'expiresAt > 0;' }],
  },
  {
    name: 'reset-not-sent',
    what: 'a page goes over history that is gone',
    patches: [
      { file: PAGE, find: 'if (event.sequence !== through + 1) return { through, isCut: true };', replace: '' },
      {
        file: PAGE,
        find: 'return { through, isCut: through < end };',
        replace: 'return { through: end, isCut: false };',
      },
    ],
  },
  {
    name: 'ack-moves-back',
    what: 'a late acknowledgement moves the cursor back',
    patches: [
      {
        file: 'lambdas/adapters/memory/subscriptions.ts',
        find: 'const isForward = known.cursor.epoch !== cursor.epoch || known.cursor.sequence < cursor.sequence;',
        replace: 'const isForward = known.cursor.sequence !== cursor.sequence;',
      },
    ],
  },
  {
    name: 'claims-kept',
    what: 'renewing leaves a connection its old claims',
    patches: [
      {
        file: REGISTRY,
        find: '...connections.get(id), recipient });',
        replace: 'recipient, ...connections.get(id) });',
      },
    ],
  },
  {
    name: 'handed-on-in-part',
    what: 'of the shards of a large tenant, one is not told',
    patches: [
      {
        file: FAN_OUT,
        find: "{ since: split.since, head }, allShards(scale), ''",
        replace: "{ since: split.since, head }, allShards(scale).slice(1), ''",
      },
    ],
  },
  {
    name: 'handed-on-after',
    what: 'the position of a large tenant moves before its shards are told',
    patches: [
      {
        file: FAN_OUT,
        find: '      await doorbell.ringShards(tenant, { since',
        replace: `      await log.moveFanOutPosition(tenant, { ...head, split });
      await doorbell.ringShards(tenant, { since`,
      },
    ],
  },
  {
    name: 'shard-begins-at-the-head',
    what: 'a shard that is told for the first time takes what was handed on to it for delivered',
    patches: [
      {
        file: SHARD,
        find: 'Math.max(news.since, last.epoch === epoch ? last.sequence : 0)',
        replace: 'Math.max(news.since, last.epoch === epoch ? last.sequence : goal)',
      },
    ],
  },
];
