import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newEvent, newTenant } from './events.ts';
import { BATCHED, postBatch, putEntries, request, toEntry, tokenFor } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';
import { openReceiver } from './socket-client.ts';
import { waitFor } from './wait.ts';

type LogLine = Readonly<Record<string, unknown>>;

const newTraceId = (): string => randomBytes(16).toString('hex');
const traceparentOf = (traceId: string): string => `00-${traceId}-${randomBytes(8).toString('hex')}-01`;

/** Lines of all functions that name the trace. */
function linesAbout(folder: string, traceId: string): readonly LogLine[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n').slice(0, -1))
    .filter((line) => line.includes(traceId))
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ level }) => level === 'INFO');
}

/** The logs are files only where the hub is a sandbox of the suite's own. */
const logFolder = hubUnderTest().logFolder;

describe.skipIf(logFolder === null || !existsSync(logFolder ?? ''))('one trace', () => {
  const folder = logFolder ?? '';

  async function messagesAbout(traceId: string, count: number): Promise<readonly LogLine[]> {
    return await waitFor(
      `${count} lines about the trace ${traceId}`,
      () => {
        const lines = linesAbout(folder, traceId);
        return lines.length >= count ? lines : undefined;
      },
      { lastSeen: () => JSON.stringify(linesAbout(folder, traceId)) },
    );
  }

  it('goes from a producer over HTTP through every function to the socket', async () => {
    const tenant = newTenant('traced');
    const socket = await openReceiver({ tenant });
    const traceId = newTraceId();
    const traceparent = traceparentOf(traceId);
    const event = newEvent(tenant, { traceparent });
    expect((await postBatch([event], await tokenFor({}))).status).toBe(202);

    expect(await socket.event(event.id)).toMatchObject({ traceparent, sequence: '00000000000000000001' });
    const lines = await messagesAbout(traceId, 3);
    expect(lines.map(({ service, message }) => [service, message]).sort()).toEqual([
      ['fan-out', 'Tenant served'],
      ['ingest-events', 'Events accepted'],
      ['store-events', 'Events recorded'],
    ]);
    const { id, type } = event;
    expect(lines.find(({ service }) => service === 'ingest-events')).toMatchObject({
      tenant,
      count: 1,
      events: [{ id, type, traceId }],
    });
    expect(lines.find(({ service }) => service === 'store-events')).toMatchObject({
      tenant,
      first: 1,
      last: 1,
      events: [{ id, traceId }],
    });
    expect(lines.find(({ service }) => service === 'fan-out')).toMatchObject({
      tenant,
      from: 0,
      through: 1,
      delivered: 1,
      traceIds: [traceId],
    });
  });

  it('begins with the header of a request where its events name none', async () => {
    const tenant = newTenant('traced-by-header');
    const socket = await openReceiver({ tenant });
    const traceId = newTraceId();
    const own = traceparentOf(newTraceId());
    const events = [newEvent(tenant), newEvent(tenant, { traceparent: own })];
    const traceparent = traceparentOf(traceId);
    const { status } = await request('POST', '/events', {
      token: await tokenFor({}),
      headers: { 'content-type': BATCHED, traceparent, tracestate: 'vendor=1' },
      body: JSON.stringify(events),
    });
    expect(status).toBe(202);
    expect(await socket.event(events[0]?.id ?? '')).toMatchObject({ traceparent, tracestate: 'vendor=1' });
    expect(await socket.event(events[1]?.id ?? '')).toMatchObject({ traceparent: own });
  });

  it('goes from a producer that puts on the bus itself', async () => {
    const tenant = newTenant('traced-by-bus');
    const socket = await openReceiver({ tenant });
    const traceId = newTraceId();
    const event = newEvent(tenant, { traceparent: traceparentOf(traceId) });
    await putEntries('bank', [toEntry(event)]);
    expect(await socket.event(event.id)).toMatchObject({ traceparent: event['traceparent'] });
    const lines = await messagesAbout(traceId, 2);
    expect(lines.map(({ service }) => service).sort()).toEqual(['fan-out', 'store-events']);
  });

  it('is no reason to refuse an event, whatever a header says', async () => {
    const tenant = newTenant('traced-badly');
    const event = newEvent(tenant);
    const { status } = await request('POST', '/events', {
      token: await tokenFor({}),
      headers: { 'content-type': BATCHED, traceparent: `00-${'0'.repeat(32)}-zz` },
      body: JSON.stringify([event]),
    });
    expect(status).toBe(202);
  });
});
