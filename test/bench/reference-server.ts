import { createSocketPoster } from '../../lambdas/adapters/api-gateway/socket-poster.ts';
import type { Bench, BenchContext, BenchResult } from './bench.ts';
import { startConnectionsEndpoint } from './connections-endpoint.ts';
import { median } from './measure.ts';
import {
  REFERENCE_SERVERS,
  type ReferenceServer,
  startReceivers,
  startReferenceServer,
} from './reference-server/processes.ts';

/** Receivers of each message, and its bytes. */
const RECEIVERS = 200;
const MESSAGE = JSON.stringify({ type: 'events', from: 1, through: 1, text: 'x'.repeat(1000) });

/** `reference-server`: what a server that holds the sockets itself delivers, beside what a fan-out posts. */
export const bench: Bench = {
  name: 'reference-server',
  title: 'A server that holds its sockets, for reference',
  method:
    `One message of 1 KB at a time to ${RECEIVERS} sockets: socket.io and plain ws in a process of their own, which hold the sockets ` +
    'themselves; and the hub’s poster, which posts to an endpoint in another process. Deliveries by processor second of the process ' +
    'that sends, with clients and endpoint in other processes.',
  isGuarded: false,
  run: measure,
};

async function measure({ isQuick, rounds, progress }: BenchContext): Promise<BenchResult> {
  const messages = isQuick ? 20 : 200;
  const servers: { readonly name: string; readonly server: ReferenceServer; stop(): Promise<void> }[] = [];
  const rates = new Map<string, number[]>();
  try {
    for (const name of REFERENCE_SERVERS) {
      progress(`connecting to ${name}`);
      const server = await startReferenceServer(name);
      const receivers = await startReceivers(name, server.port, RECEIVERS);
      servers.push({ name, server, stop: async () => void (await Promise.all([receivers.stop(), server.stop()])) });
    }
    const poster = await startPoster();
    servers.push({ name: 'posts of the hub', ...poster });
    for (let round = 0; round < rounds; round += 1) {
      progress(`round ${round + 1} of ${rounds}`);
      for (const { name, server } of servers) {
        const { deliveries, processorSeconds } = await server.send(MESSAGE, messages);
        if (deliveries !== messages * RECEIVERS) {
          throw new Error(`Expected ${messages * RECEIVERS} deliveries of ${name}, found ${deliveries}`);
        }
        rates.set(name, [...(rates.get(name) ?? []), deliveries / processorSeconds]);
      }
    }
  } finally {
    for (const { stop } of servers) await stop();
  }
  const findings = [...rates].map(([name, values]) => ({
    what: name,
    value: median(values),
    unit: 'deliveries by processor second',
    detail: `rounds ${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`,
  }));
  return {
    findings,
    charts: [
      {
        name: 'reference-server',
        title: 'Deliveries by processor second of the sender',
        kind: 'bars',
        x: { label: 'sender' },
        y: { label: 'deliveries/s' },
        series: findings.map(({ what, value }, index) => ({ name: what, points: [[index, value]] })),
      },
    ],
    notes: [
      'What this can say: how much dearer it is to hand each message to API Gateway by a signed request than to write it to a socket that one holds oneself. It is the price of having no server.',
      'What it cannot say: which of them is faster or cheaper to run. A server that holds sockets has to be there day and night, to be scaled, drained and replaced, loses what was on its way when it ends, and of these none keeps an order or a history; API Gateway does the holding, and is paid for by the message. Nothing here leaves the machine, nor is encrypted.',
    ],
  };
}

/** The hub's poster, in this process, against an endpoint in another. */
async function startPoster(): Promise<{ readonly server: ReferenceServer; stop(): Promise<void> }> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const endpoint = await startConnectionsEndpoint();
  const poster = createSocketPoster({
    socketEndpoint: endpoint.url,
    region: 'us-east-1',
    onFailure: (_id, cause) => console.error(cause),
  });
  const ids = Array.from({ length: RECEIVERS }, (_, index) => `JKh${String(index).padStart(8, '0')}=`);
  const server: ReferenceServer = {
    port: 0,
    async send(message, times) {
      const before = process.cpuUsage();
      for (let time = 0; time < times; time += 1) {
        const waiting = ids.values();
        const worker = async (): Promise<void> => {
          for (const id of waiting) await poster.post(id, message);
        };
        await Promise.all(Array.from({ length: 64 }, worker));
      }
      const { user, system } = process.cpuUsage(before);
      const { delivered } = await endpoint.counts();
      return { deliveries: delivered, processorSeconds: (user + system) / 1e6 };
    },
    stop: async () => {},
  };
  return { server, stop: endpoint.stop };
}
