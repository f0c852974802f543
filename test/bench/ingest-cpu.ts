import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { VARIABLES } from '../../lambdas/variables.ts';
import { newEvent } from '../acceptance/events.ts';
import { newKey, signed, startIssuer, toJwk } from '../security/local-issuer.ts';
import type { Bench, BenchContext, Finding } from './bench.ts';
import type { IngestMeasurement, IngestTask } from './ingest-cpu/task.ts';
import { describePaired } from './measure.ts';

/** Events of a request, and the most that its work may take, as a multiple of the floor's. */
const REQUESTS = [
  { events: 1, most: 1.4 },
  { events: 10, most: 1.55 },
] as const;

const NOTE =
  'Ten events were meant to take 1.3 × and take 1.4 to 1.5: beside what the floor has, each is checked for what JSON ' +
  'cannot hold, its attributes are read one by one, and its JSON is made for the bus, where the floor finds entries ready; ' +
  'two lines are logged by a library, and the token is taken apart twice, by the library that verifies it and by us, who ' +
  'refuse what it lets pass. Nothing of it stands out, and none of it is left out for speed.';

/** Requests of a turn: few, so that what else runs on the machine meets both alike, and the more turns. */
const REQUESTS_OF_TURN = 60;
const TURNS_OF_ROUND = 5;
/** Requests before anything is measured: until the compiler is done with them, each costs up to twice as much. */
const WARM_UP = { whole: 8000, quick: 3000 } as const;

/** A caller's requests are counted: so many callers take turns that none asks too often. */
const CALLERS = 40;

const CLAIMS = { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' };
const AUDIENCE = 'tidings';

/** `ingest-cpu`: what `POST /events` takes of a processor, beside what nobody can leave out. */
export const bench: Bench = {
  name: 'ingest-cpu',
  title: 'Work of taking events in',
  method:
    'Processor time of one process that takes turns: the real handler of `ingest-events` with a signed token, and the same ' +
    'outcome with nothing around it: `crypto.verify` with the key at hand, `JSON.parse`, the generated validator of each ' +
    'event, and a `PutEventsCommand` of entries that are ready. Both put on the same endpoint, in another process. Log ' +
    'lines are written, to /dev/null.',
  isGuarded: true,
  run: async (context) => ({ findings: await measure(context), notes: [NOTE] }),
};

async function measure({ isQuick, rounds, progress }: BenchContext): Promise<readonly Finding[]> {
  const key = newKey('bench');
  const issuer = await startIssuer({ keys: [toJwk(key)] });
  const bus = await startBus();
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const tokens = Array.from({ length: CALLERS }, (_, caller) =>
    signed(
      key,
      { typ: 'at+jwt' },
      {
        iss: issuer.url,
        aud: AUDIENCE,
        sub: `caller-${caller}`,
        scope: 'bank community',
        tenant_id: 'tenant-1',
        exp: expires,
        iat: expires - 3600,
        jti: `token-${caller}`,
      },
    ),
  );
  const child = startMeasuring(issuer.url, bus.url);
  const findings: Finding[] = [];
  try {
    for (const { events, most } of REQUESTS) {
      progress(`${events} events a request`);
      const batch = Array.from({ length: events }, () => newEvent('tenant-1', { subject: 'transaction/1' }));
      const task: IngestTask = {
        tokens,
        body: JSON.stringify(events === 1 ? batch[0] : batch),
        contentType: events === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json',
        publicKey: key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        rounds: rounds * TURNS_OF_ROUND,
        times: REQUESTS_OF_TURN,
        warmUp: WARM_UP[isQuick ? 'quick' : 'whole'],
      };
      const { paired, parts } = await ask(child, task);
      findings.push(
        {
          what: `a request of ${events === 1 ? 'one event' : `${events} events`}`,
          value: paired.ratio,
          unit: '×',
          limit: { most },
          detail: describePaired(paired),
        },
        ...Object.entries(parts).map(([name, microseconds]) => ({
          what: `of the floor: ${name}`,
          value: microseconds,
          unit: 'µs',
        })),
      );
    }
    return findings;
  } finally {
    child.disconnect();
    await Promise.all([issuer.stop(), bus.stop()]);
  }
}

/** What measures, in a process of its own whose log lines go where they cost the least. */
function startMeasuring(issuer: string, busUrl: string): ChildProcess {
  const file = fileURLToPath(new URL('ingest-cpu/measuring-process.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      [VARIABLES.issuers]: JSON.stringify([{ issuer, audience: AUDIENCE, algorithms: ['RS256'], claims: CLAIMS }]),
      [VARIABLES.busNames]: JSON.stringify({ bank: 'bench-bank', community: 'bench-community' }),
      // As `lib/constructs/hub-function.ts` gives them to every function.
      POWERTOOLS_SERVICE_NAME: 'ingest-events',
      POWERTOOLS_METRICS_NAMESPACE: 'bench',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_ENDPOINT_URL_EVENTBRIDGE: busUrl,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
}

const ask = (child: ChildProcess, task: IngestTask): Promise<IngestMeasurement> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`The measuring process ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (value) => {
      child.off('exit', failed);
      resolve(value as IngestMeasurement);
    });
    child.send(task);
  });

/** An endpoint that takes every entry. */
async function startBus(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: readonly unknown[] };
      const answer = {
        FailedEntryCount: 0,
        Entries: Entries.map((_, index) => ({ EventId: `01890a5d-ac96-774b-bcce-${String(index).padStart(12, '0')}` })),
      };
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
