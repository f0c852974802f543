import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Surroundings } from '../core/ports/surroundings.ts';

/** The machine's own time and chance. */
export const systemSurroundings: Surroundings = {
  now: () => new Date(),
  random: () => Math.random(),
  uniqueId: () => randomUUID(),
  pause: async (milliseconds) => {
    await pause(milliseconds);
  },
};
