import { parseArgs } from 'node:util';

/** What a run does. */
export interface ChaosOptions {
  /** At least so many times the sandbox is killed. */
  readonly kills: number;
  /** At least so many events are published, with load until the last kill. */
  readonly events: number;
  readonly seed: number;
}

/** @throws Error that names the option, what was found and what was expected */
export function readChaosOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '50' },
      events: { type: 'string', default: '50000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    },
  });
  return {
    kills: whole('kills', values.kills),
    events: whole('events', values.events),
    seed: whole('seed', values.seed),
  };
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new Error(`--${option}: found ${JSON.stringify(text)}, expected a whole number`);
}
