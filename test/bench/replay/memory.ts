/** Resident memory of a process in bytes. */
export interface Memory {
  /** When the watch began: the runtime, and what has been loaded. */
  readonly base: number;
  readonly peak: number;
}

const INTERVAL_MILLISECONDS = 5;

/** Watches the memory of this process. @returns what tells of it */
export function watchMemory(): () => Memory {
  const base = process.memoryUsage.rss();
  let peak = base;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  setInterval(look, INTERVAL_MILLISECONDS).unref();
  return () => {
    look();
    return { base, peak };
  };
}
