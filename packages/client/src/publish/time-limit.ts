import type { Surroundings } from '../delivery/surroundings.ts';
import { type AbortSignalLike, platform } from './platform.ts';

/** Time and chance, as publishing needs them. */
export type PublishSurroundings = Pick<Surroundings, 'now' | 'schedule' | 'random'>;

/** Something took too long, or was ended by the caller. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly by: 'time' | 'signal';

  constructor(by: Interrupted['by']) {
    super(by === 'time' ? 'It took too long' : 'The caller has ended it');
    this.by = by;
  }
}

export interface TimeLimit {
  readonly surroundings: PublishSurroundings;
  /** Milliseconds. */
  readonly limit: number;
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * What `run` gives, unless it takes too long or is ended. Then `run` is told by its signal and left alone: it may be a
 * function of the user's that does not listen.
 * @throws Interrupted
 */
export async function within<Value>(
  { surroundings, limit, signal }: TimeLimit,
  run: (signal: AbortSignalLike) => Promise<Value>,
): Promise<Value> {
  if (signal?.aborted === true) throw new Interrupted('signal');
  const controller = new (platform().AbortController)();
  let interrupt: (by: Interrupted['by']) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = (by) => {
      reject(new Interrupted(by));
      controller.abort();
    };
  });
  const onAbort = (): void => interrupt('signal');
  const cancel = surroundings.schedule(limit, () => interrupt('time'));
  signal?.addEventListener('abort', onAbort);
  try {
    return await Promise.race([interrupted, run(controller.signal)]);
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Lets time pass. @throws Interrupted by the signal */
export async function pause(
  milliseconds: number,
  surroundings: PublishSurroundings,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  try {
    await within({ surroundings, limit: milliseconds, signal }, () => new Promise<never>(() => undefined));
  } catch (error) {
    if (!(error instanceof Interrupted) || error.by === 'signal') throw error;
  }
}
