import type { Cancel } from '../delivery/index.ts';

/** Browsers draw no frames for a page that nobody sees, and what depends on the list should go on all the same. */
const UNSEEN_MILLISECONDS = 100;

interface Globals {
  readonly requestAnimationFrame?: (call: () => void) => number;
  readonly cancelAnimationFrame?: (handle: number) => void;
  setTimeout(call: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** Calls once: before the next frame is drawn, or soon, where none is. */
export function onNextFrame(call: () => void): Cancel {
  const globals = globalThis as unknown as Globals;
  const run = (): void => {
    cancel();
    call();
  };
  const frame = globals.requestAnimationFrame?.(run);
  const timer = globals.setTimeout(run, frame === undefined ? 0 : UNSEEN_MILLISECONDS);
  const cancel: Cancel = () => {
    if (frame !== undefined) globals.cancelAnimationFrame?.(frame);
    globals.clearTimeout(timer);
  };
  return cancel;
}
