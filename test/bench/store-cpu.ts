import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { VARIABLES } from '../../lambdas/variables.ts';
import { startEngine } from '../../sandbox/dynamodb-engine.ts';
import type { Bench, BenchContext, Finding } from './bench.ts';
import { connectTo, createTable } from './capacity/table.ts';
import { describePaired } from './measure.ts';
import type { StoreMeasurement, StoreTask } from './store-cpu/task.ts';

const TABLE = 'bench';

/**
 * Events of a batch, and the most that storing them may take, as a multiple of the floor: ten is what the queue gives to
 * the function at once; fifty, which it never gets, is told.
 */
const BATCHES: readonly { readonly batch: number; readonly most?: Readonly<Record<Part, number>> }[] = [
  { batch: 10, most: { recording: 1.3, handler: 2 } },
  { batch: 50 },
];
type Part = 'recording' | 'handler';

/** Batches of a turn: few, so that what else runs on the machine meets both alike, and the more turns. */
const BATCHES_OF_TURN = 10;
const TURNS_OF_ROUND = 3;
/** Batches before anything is measured: until the compiler is done with them, each costs up to twice as much. */
const WARM_UP = { whole: 300, quick: 150 } as const;

export const bench: Bench = {
  name: 'store-cpu',
  title: 'Work of storing events',
  method:
    'Processor time of one process that takes turns with its floors; DynamoDB engine and queue are processes of their own. ' +
    'Recording: from events that have been read to their commit, to a bare `TransactWriteItemsCommand` of exactly such ' +
    'items. Handling: the real handler of `store-events`, from messages of a queue to log lines (to /dev/null), to the ' +
    'three bare commands that it sends: `GetItem` of the head, `TransactWriteItems`, and `SendMessage` to the doorbell.',
  // Compressing is the larger part of what recording adds, and varies with the processor: no limit for a busy machine.
  isGuarded: false,
  run: async (context) => ({
    findings: await measure(context),
    notes: [
      'What recording adds is compressing the events, each by itself: some 20 µs an event, and the garbage of it. That halves their write units, and a unit costs more than the time. With fifty events in a transaction it weighs more, as the command takes little more than with ten.',
      'The handler also parses and validates messages, rings the doorbell, counts and logs; its floor has its three commands and nothing else, so its limit is that of this code and no aim.',
    ],
  }),
};

async function measure({ isQuick, rounds, progress }: BenchContext): Promise<readonly Finding[]> {
  progress('starting engine and queue');
  const engine = await startEngine();
  const queue = await startQueue();
  const client = connectTo(engine.endpoint);
  const child = startMeasuring(engine.endpoint, queue.url);
  try {
    await createTable(client, TABLE);
    const findings: Finding[] = [];
    for (const { batch, most } of isQuick ? BATCHES.slice(0, 1) : BATCHES) {
      progress(`batches of ${batch}`);
      const warmUp = WARM_UP[isQuick ? 'quick' : 'whole'];
      const task = { batch, rounds: rounds * TURNS_OF_ROUND, times: BATCHES_OF_TURN, warmUp };
      const { packing, ...paired } = await ask(child, task);
      for (const part of ['recording', 'handler'] as const) {
        findings.push({
          what: `${part}, batches of ${batch}`,
          value: paired[part].ratio,
          unit: '×',
          ...(most !== undefined && { limit: { most: most[part] } }),
          detail: describePaired(paired[part]),
        });
      }
      findings.push({ what: `of both: compressing an event, batches of ${batch}`, value: packing, unit: 'µs' });
    }
    return findings;
  } finally {
    if (child.connected) child.disconnect();
    client.destroy();
    await Promise.all([engine.end(), queue.stop()]);
  }
}

function startMeasuring(endpoint: string, queueUrl: string): ChildProcess {
  const file = fileURLToPath(new URL('store-cpu/measuring-process.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      [VARIABLES.eventLogTable]: TABLE,
      [VARIABLES.doorbellQueueUrl]: `${queueUrl}/111122223333/doorbell.fifo`,
      [VARIABLES.intakeDeadLettersUrl]: `${queueUrl}/111122223333/dead-letters`,
      [VARIABLES.intakeMaxReceives]: '5',
      [VARIABLES.retentionDays]: '30',
      [VARIABLES.logGeneration]: '1',
      // As `lib/constructs/hub-function.ts` gives them to every function.
      POWERTOOLS_SERVICE_NAME: 'store-events',
      POWERTOOLS_METRICS_NAMESPACE: 'bench',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ENDPOINT_URL_SQS: queueUrl,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
}

const ask = (child: ChildProcess, task: StoreTask): Promise<StoreMeasurement> =>
  new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`The measuring process ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (value) => {
      child.off('exit', failed);
      resolve(value as StoreMeasurement);
    });
    child.send(task);
  });

/** A queue that takes every message and keeps none. */
async function startQueue(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { MessageBody } = JSON.parse(Buffer.concat(chunks).toString()) as { MessageBody: string };
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ MessageId: '01890a5d-ac96-774b-bcce-b302099a8057', MD5OfMessageBody }));
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
