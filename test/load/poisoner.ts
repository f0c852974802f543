import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { WebSocket } from 'ws';
import { eventOfSize, newEvent } from '../acceptance/events.ts';
import type { Target } from '../acceptance/target.ts';
import { ask, fetchToken } from '../chaos/hub-api.ts';

/**
 * A tenant that does its worst, as a process of its own: events that can never be stored, large ones that can, and a
 * socket that asks for them again and again and never reads. Told to stop by the end of its standard input.
 */

const TENANT = 'poison';
const BURST = 100;
const LARGE_BYTES = 100_000;
const PERIOD_MILLISECONDS = 500;

const target = JSON.parse(process.argv[2] ?? '{}') as Target;
const token = await fetchToken(target, { tenant: TENANT }, 'bank community events:read', 600);
const bus = new EventBridgeClient({
  region: target.region,
  ...(target.awsEndpointUrl !== undefined && { endpoint: target.awsEndpointUrl }),
  credentials: { accessKeyId: 'poison', secretAccessKey: 'poison' },
});
let stopped = false;
process.stdin.resume().once('end', () => {
  stopped = true;
});

/** Events that pass the bus, which checks nothing, and that the hub must refuse: each for another reason. */
async function putUnstorable(): Promise<void> {
  const Details = [
    newEvent(TENANT, { data: { nonsense: true } }),
    newEvent(TENANT, { type: 'bank.nothing:created@v1' }),
    { ...newEvent(TENANT), tenantid: 7 },
    'no event at all',
  ].map((detail) => JSON.stringify(detail));
  const EventBusName = target.buses['bank'];
  await bus.send(
    new PutEventsCommand({
      Entries: Details.map((Detail) => ({
        EventBusName,
        Source: 'com.tidings.bank',
        DetailType: 'bank.transaction:created@v1',
        // A bus takes objects only.
        Detail: Detail.startsWith('{') ? Detail : JSON.stringify({ text: Detail }),
      })),
    }),
  );
}

async function publishLarge(count: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' };
  for (let sent = 0; sent < count; sent += 1) {
    const event = eventOfSize(TENANT, LARGE_BYTES, { id: crypto.randomUUID(), time: new Date().toISOString() });
    await ask(`${target.apiUrl}/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  }
}

/** A socket that subscribes and reads nothing from then on. */
async function openDeafSocket(): Promise<WebSocket> {
  const socket = new WebSocket(target.socketUrl, ['tidings.v1', `bearer.${token}`]);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => undefined);
  socket.send(JSON.stringify({ action: 'subscribe' }));
  await new Promise((resolve) => socket.once('message', resolve));
  socket.pause();
  return socket;
}

const deaf = await openDeafSocket();
// Fills what the network buffers, so that posts to the socket hang from here on.
await publishLarge(BURST);
process.stdout.write('ready\n');
while (!stopped) {
  const start = Date.now();
  // Asking for more takes the mark of being behind away, so the next event is posted to the socket again.
  if (deaf.readyState === WebSocket.OPEN) {
    deaf.send(JSON.stringify({ action: 'sync', cursor: { epoch: '', sequence: 0 } }));
    deaf.send(JSON.stringify({ action: 'subscribe' }));
  }
  await Promise.all([putUnstorable(), publishLarge(1)]);
  await pause(Math.max(0, PERIOD_MILLISECONDS - (Date.now() - start)));
}
deaf.terminate();
process.exit(0);
