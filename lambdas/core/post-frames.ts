import { hasExpired } from './identity.ts';
import type { Connection, ConnectionRegistry } from './ports/connection-registry.ts';
import type { SocketPoster } from './ports/outbound.ts';
import type { Surroundings } from './ports/surroundings.ts';

/** What posting needs of the world. */
export interface PostPorts {
  readonly registry: Pick<ConnectionRegistry, 'remove' | 'markBehind'>;
  readonly poster: SocketPoster;
  readonly surroundings: Pick<Surroundings, 'now'>;
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
export interface PostResult {
  delivered: number;
  gone: number;
  failed: number;
}

/** Posts under way at once: enough to hide their latency, few enough for one function's sockets and memory. */
const CONCURRENT_CONNECTIONS = 64;

/** What one connection may take in a round. A slower one has missed the rest: the others must not wait for it. */
const LONGEST_CONNECTION_MILLISECONDS = 5000;

/**
 * API Gateway answers 410 for a connection until its `$connect` has returned. So a young one that seems gone has only
 * missed something.
 */
const YOUNG_MILLISECONDS = 10_000;

/**
 * Posts frames to connections, each in order up to the first that does not arrive. Never rejects: what fails for one
 * connection concerns no other.
 *
 * @param isTimeLeft once it says no, whoever has not been served is marked as having missed something
 */
export async function postFrames(
  groups: readonly FrameGroup[],
  isTimeLeft: () => boolean,
  ports: PostPorts,
): Promise<PostResult> {
  const result: PostResult = { delivered: 0, gone: 0, failed: 0 };
  const queue = eachConnection(groups);
  const worker = async (): Promise<void> => {
    for (const { connection, frames } of queue) {
      const outcome = await post(connection, frames, isTimeLeft, ports);
      if (outcome !== 'expired') result[outcome] += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CONNECTIONS }, worker));
  return result;
}

function* eachConnection(
  groups: readonly FrameGroup[],
): Generator<{ connection: Connection; frames: readonly string[] }> {
  for (const group of groups) {
    const frames = group.frames();
    for (const connection of group.connections) yield { connection, frames };
  }
}

async function post(
  connection: Connection,
  frames: readonly string[],
  isTimeLeft: () => boolean,
  { poster, registry, surroundings, onRegistryFailure }: PostPorts,
): Promise<keyof PostResult | 'expired'> {
  const { id, recipient, connectedAt } = connection;
  const started = surroundings.now().getTime();
  const isInTime = (): boolean =>
    isTimeLeft() && surroundings.now().getTime() - started <= LONGEST_CONNECTION_MILLISECONDS;
  for (const frame of frames) {
    // Reading and other posts take time: the token may have ended since the connections were listed. Whoever renews it
    // syncs after that, so there is nothing to mark.
    if (hasExpired(recipient, surroundings.now())) return 'expired';
    const outcome = isInTime() ? await poster.post(id, frame) : 'failed';
    if (outcome === 'delivered') continue;
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
