import { hasExpired } from './identity.ts';
import type { Pace } from './pace.ts';
import type { Connection, ConnectionRegistry } from './ports/connection-registry.ts';
import type { SocketPoster } from './ports/outbound.ts';
import type { Surroundings } from './ports/surroundings.ts';

/** What posting needs of the world. */
export interface PostPorts {
  readonly registry: Pick<ConnectionRegistry, 'remove' | 'markBehind'>;
  readonly poster: SocketPoster;
  readonly surroundings: Pick<Surroundings, 'now' | 'random' | 'pause'>;
  /** Told when the registry could not be changed. Nobody else suffers from it. */
  readonly onRegistryFailure: (connectionId: string, cause: unknown) => void;
}

/** Connections that get the same frames. */
export interface FrameGroup {
  readonly connections: readonly Connection[];
  /** Makes the frames. Called when the group's turn comes, so that few groups' frames are in memory at once. */
  readonly frames: () => readonly string[];
}

/** How many connections got everything, are gone, or missed something. */
export interface PostCounts {
  delivered: number;
  gone: number;
  failed: number;
  /** Posts that were tried again because they were too many at once. */
  throttled: number;
}

/** What posting has come to. */
export interface PostResult extends PostCounts {
  /** Who did not get everything, for whatever reason. */
  readonly missed: ReadonlySet<Connection>;
}

/** How posts are spread over time. */
export interface Posting {
  /** Once it says no, whoever has not been served is marked as having missed something. */
  readonly mayPost: () => boolean;
  readonly pace: Pace;
}

/** Posts under way at once: enough to hide their latency, few enough for one function's sockets and memory. */
const CONCURRENT_CONNECTIONS = 64;

/**
 * What one connection may take in a round, without the time that it waits for its turns. A slower one has missed the rest:
 * the others must not wait for it.
 */
const LONGEST_CONNECTION_MILLISECONDS = 5000;

/**
 * API Gateway answers 410 for a connection until its `$connect` has returned. So a young one that seems gone has only
 * missed something.
 */
const YOUNG_MILLISECONDS = 10_000;

/**
 * How often a post is tried that is throttled, and the pauses between, in milliseconds: some nine seconds together. A
 * quota that is used up passes by then; a socket whose own buffer is full has missed something.
 * Source: API Gateway Management API reference, LimitExceededException, which stands for both.
 */
const TRIES = 10;
const PAUSE = { first: 50, most: 2000 } as const;

/**
 * Posts frames to connections, each in order up to the first that does not arrive. Never rejects: what fails for one
 * connection concerns no other.
 */
export async function postFrames(
  groups: readonly FrameGroup[],
  posting: Posting,
  ports: PostPorts,
): Promise<PostResult> {
  const counts: PostCounts = { delivered: 0, gone: 0, failed: 0, throttled: 0 };
  const missed = new Set<Connection>();
  const queue = eachConnection(groups);
  const worker = async (): Promise<void> => {
    for (const { connection, frames } of queue) {
      const outcome = await postAll(connection, frames, posting, ports, counts);
      if (outcome !== 'delivered') missed.add(connection);
      if (outcome !== 'expired') counts[outcome] += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CONNECTIONS }, worker));
  return { ...counts, missed };
}

function* eachConnection(
  groups: readonly FrameGroup[],
): Generator<{ connection: Connection; frames: readonly string[] }> {
  for (const group of groups) {
    const frames = group.frames();
    for (const connection of group.connections) yield { connection, frames };
  }
}

type Outcome = 'delivered' | 'gone' | 'failed' | 'expired';

async function postAll(
  connection: Connection,
  frames: readonly string[],
  posting: Posting,
  ports: PostPorts,
  counts: PostCounts,
): Promise<Outcome> {
  const { id, recipient, connectedAt } = connection;
  const { registry, surroundings, onRegistryFailure } = ports;
  let left = LONGEST_CONNECTION_MILLISECONDS;
  for (const frame of frames) {
    const { outcome, took } =
      left < 0 ? { outcome: 'failed' as const, took: 0 } : await post(connection, frame, posting, ports, counts);
    left -= took;
    if (outcome === 'delivered') continue;
    // Whoever renews a token syncs after that, so there is nothing to mark.
    if (outcome === 'expired') return outcome;
    const now = surroundings.now();
    const isGone = outcome === 'gone' && now.getTime() - connectedAt.getTime() >= YOUNG_MILLISECONDS;
    try {
      if (isGone) await registry.remove(recipient.tenant, id);
      else await registry.markBehind(connection, now);
    } catch (cause) {
      onRegistryFailure(id, cause);
    }
    return isGone ? 'gone' : 'failed';
  }
  return 'delivered';
}

/** Posts a frame, again if it is throttled. @returns with the milliseconds that the socket took */
async function post(
  { id, recipient }: Connection,
  frame: string,
  { mayPost, pace }: Posting,
  { poster, surroundings }: PostPorts,
  counts: PostCounts,
): Promise<{ readonly outcome: Outcome; readonly took: number }> {
  /** Reading, turns and other posts take time: the token may have ended since the connections were listed. */
  const end = (): Outcome | undefined => {
    if (hasExpired(recipient, surroundings.now())) return 'expired';
    return mayPost() ? undefined : 'failed';
  };
  for (let attempt = 0; ; attempt += 1) {
    // Before a turn as well: once time is over, thousands that each waited for one would outlast the function.
    let ended = end();
    if (ended === undefined) {
      await pace.turn();
      ended = end();
    }
    if (ended !== undefined) return { outcome: ended, took: 0 };
    const started = surroundings.now().getTime();
    const outcome = await poster.post(id, frame);
    if (outcome !== 'throttled') return { outcome, took: surroundings.now().getTime() - started };
    counts.throttled += 1;
    pace.refused();
    if (attempt + 1 === TRIES || !mayPost()) return { outcome: 'failed', took: 0 };
    await surroundings.pause(surroundings.random() * Math.min(PAUSE.most, PAUSE.first * 2 ** attempt) * 2);
  }
}
