import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SandboxProcess } from '../../acceptance/sandbox-process.ts';
import { fetchToken, type Holder } from '../../chaos/hub-api.ts';
import type { BenchContext } from '../bench.ts';
import { openAudience } from './audience.ts';
import type { Publication } from './publishing-process.ts';
import { processorSeconds } from './usage.ts';

/** A hundred sockets, and ten of them for each event: those of one organization. */
export const AUDIENCE = { tenants: 5, organizations: 2, users: 10 } as const;

/** Events of a round. */
export const EVENTS = 5000;

const BATCH = 50;
const ARRIVAL_MILLISECONDS = 120_000;
const TOKEN_SECONDS = 3600;

/** What one round has taken. */
export interface Round {
  /** From the first request to the last delivery. */
  readonly seconds: number;
  /** Seconds of processor time by process. */
  readonly processor: ReadonlyMap<string, number>;
}

/**
 * Publishes and delivers {@link EVENTS} again and again; the first round, which warms up, is not told.
 * @throws Error if a delivery is missing, wrong, out of order or comes twice
 */
export async function measureThroughput(
  { target, pid }: SandboxProcess,
  { rounds, progress }: BenchContext,
): Promise<readonly Round[]> {
  const tokenOf = (holder: Holder) => fetchToken(target, holder, 'bank events:read', TOKEN_SECONDS);
  progress('opening sockets');
  const audience = await openAudience(target, tokenOf, AUDIENCE);
  const producer = startProducer();
  try {
    const { tenants } = audience;
    const eventsPerTenant = EVENTS / AUDIENCE.tenants;
    const publication = { apiUrl: target.apiUrl, token: await tokenOf({}), tenants, eventsPerTenant, batch: BATCH };
    const times = (): ReadonlyMap<string, number> =>
      new Map([...processorSeconds(pid), ...processorSeconds(process.pid, 'sockets'), ...ofProducer(producer)]);
    const taken: Round[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      const before = times();
      const begun = performance.now();
      const [last] = await Promise.all([
        audience.receive(eventsPerTenant / AUDIENCE.organizations, ARRIVAL_MILLISECONDS),
        publish(producer, publication),
      ]);
      const processor = new Map([...times()].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
      if (round > 0) taken.push({ seconds: (last - begun) / 1000, processor });
    }
    return taken;
  } finally {
    producer.kill();
    audience.close();
  }
}

function startProducer(): ChildProcess {
  const file = fileURLToPath(new URL('publishing-process.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

const ofProducer = ({ pid }: ChildProcess): ReadonlyMap<string, number> =>
  pid === undefined ? new Map() : processorSeconds(pid, 'producer');

const publish = (producer: ChildProcess, publication: Publication): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`The producer ended with ${code}`));
    producer.once('exit', failed).once('message', () => {
      producer.off('exit', failed);
      resolve();
    });
    producer.send(publication);
  });
