import { parseArgs } from 'node:util';
import { LIMITS } from '@tidings/contracts';
import { ASSUMPTIONS } from './assumptions.ts';
import type { Traffic } from './peers.ts';

/** What a command line asks for. */
export interface CostOptions extends Traffic {
  /** Where the report goes as JSON as well. @default nowhere */
  readonly json?: string | undefined;
  readonly wantsHelp: boolean;
}

/** Somebody has asked for what makes no sense. The message says for what, and what would. */
export class CostOptionError extends Error {
  override readonly name = 'CostOptionError';
}

interface NumberOption {
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
  readonly isWhole: boolean;
  readonly what: string;
}

/**
 * Options with numbers, in the order of the help. Larger events than these do not fit into a socket message: they go by
 * reference and are fetched, which is not counted. A second run of the fan-out serves more receivers than these.
 */
export const NUMBER_OPTIONS = {
  events: { least: 1, most: 1e12, fallback: 1e6, isWhole: true, what: 'events of a month' },
  receivers: { least: 1, most: 2000, fallback: 10, isWhole: true, what: 'open sockets that each event goes to' },
  bytes: {
    least: 800,
    most: 120_000,
    fallback: 1024,
    isWhole: true,
    what: 'bytes of an event as JSON, its attributes included',
  },
  batch: {
    least: 1,
    most: LIMITS.batchEvents,
    fallback: 10,
    isWhole: true,
    what: 'events of one tenant that come together',
  },
  sockets: {
    least: 0,
    most: 1e9,
    fallback: Number.NaN,
    isWhole: true,
    what: 'sockets that are open (as many as receivers)',
  },
  hours: {
    least: 0,
    most: 744,
    fallback: ASSUMPTIONS.hoursOfMonth,
    isWhole: false,
    what: 'hours of the month that each is open',
  },
  'retention-days': { least: 1, most: 3650, fallback: 30, isWhole: true, what: 'days that an event is kept' },
} as const satisfies Readonly<Record<string, NumberOption>>;

/** @throws CostOptionError if an option is unknown, or its value is none that can be */
export function readOptions(args: readonly string[]): CostOptions {
  const values = parse(args);
  const number = (name: keyof typeof NUMBER_OPTIONS): number => {
    const { least, most, fallback, isWhole, what }: NumberOption = NUMBER_OPTIONS[name];
    const text = values[name];
    if (text === undefined) return fallback;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    const kind = isWhole ? 'a whole number' : 'a number';
    throw new CostOptionError(
      `--${name}: found ${JSON.stringify(text)}, expected ${kind} from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')} (${what})`,
    );
  };
  const receivers = number('receivers');
  const sockets = number('sockets');
  if (sockets < receivers) {
    throw new CostOptionError(
      `--sockets: found ${sockets}, expected at least the ${receivers} of --receivers: each is an open socket`,
    );
  }
  const batch = number('batch');
  const bytes = number('bytes');
  if (batch * bytes > LIMITS.batchBytes) {
    throw new CostOptionError(
      `--batch ${batch} --bytes ${bytes}: found a request of ${(batch * bytes).toLocaleString('en-US')} bytes, expected at most ${LIMITS.batchBytes.toLocaleString('en-US')}. Take less of one`,
    );
  }
  return {
    events: number('events'),
    receivers,
    bytes,
    batch,
    sockets: Number.isNaN(sockets) ? receivers : sockets,
    hours: number('hours'),
    retentionDays: number('retention-days'),
    json: values.json,
    wantsHelp: values.help === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        events: text,
        receivers: text,
        bytes: text,
        batch: text,
        sockets: text,
        hours: text,
        'retention-days': text,
        json: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new CostOptionError(`${error instanceof Error ? error.message : String(error)}. --help lists what there is`);
  }
}

/** What `--help` says. */
export function helpText(): string {
  const lines = Object.entries<NumberOption>(NUMBER_OPTIONS).map(([name, { least, most, fallback, what }]) => {
    const preset = Number.isNaN(fallback) ? '' : `, ${fallback.toLocaleString('en-US')} unless given`;
    return `  --${name.padEnd(15)} ${what}: ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}${preset}`;
  });
  return [
    'npm run cost -- [options]',
    '',
    'What a month of events costs on AWS, line by line: the real functions run against a DynamoDB engine of this machine,',
    'what they ask for is counted, and multiplied by the list prices in test/bench/cost/prices.json. Beside it, what peers',
    'ask for the same. docs/cost.md explains it.',
    '',
    ...lines,
    '  --json FILE       write the report there as well',
    '',
  ].join('\n');
}
