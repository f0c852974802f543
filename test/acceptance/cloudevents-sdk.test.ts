import { TidingsApiClient } from '@tidings/client';
import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { catalogue, everyExample, newEvent, newTenant, type ReceivedEvent, type SentEvent } from './events.ts';
import {
  type Answer,
  BATCHED,
  eventPath,
  putEntries,
  readAll,
  request,
  STRUCTURED,
  toEntry,
  tokenFor,
  waitForHead,
} from './hub.ts';
import { openReceiver } from './socket-client.ts';

/** A message of the official SDK. */
interface Message {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** How the SDK writes events. It has no batches of its own to write, only to read. */
const PRODUCE: Readonly<Record<string, (event: CloudEvent<unknown>) => Message>> = {
  structured: (event) => HTTP.structured(event) as Message,
  binary: (event) => {
    const { headers, body } = HTTP.binary(event) as Message;
    // The SDK leaves it to the sender to percent-encode what a header cannot carry (HTTP binding, section 3.1.3.2).
    const encode = ([name, value]: [string, unknown]) => [
      name,
      name.startsWith('ce-') ? encodeURI(String(value)) : value,
    ];
    return { headers: Object.fromEntries(Object.entries(headers).map(encode)), body };
  },
  batched: (event) => ({ headers: { 'content-type': BATCHED }, body: JSON.stringify([event]) }),
};

const MODES = Object.keys(PRODUCE);

/** Every example of every schema, and events with whatever CloudEvents allows that is easily got wrong. */
const oddAndEven = (tenant: string): readonly SentEvent[] => [
  ...everyExample(tenant),
  newEvent(tenant, { subject: 'Åse ⛵ 日本', anextension: 'ünïcödé', time: '2026-01-31T10:30:00+01:00' }),
  newEvent(tenant, { time: '2026-01-31T09:30:00.123456Z', organizationids: 'o;1@x,o#2' }),
  newEvent(tenant, { time: '2026-01-31T00:30:00-11:30', dataschema: 'https://schemas.example.com/a#b' }),
  newEvent(tenant, { anextension: 'x'.repeat(1000), an20characterextensi: 'y' }),
  newEvent(tenant, { anumber: -(2 ** 31), aboolean: false, another: true }),
];

/** The SDK writes times in UTC with milliseconds. */
const asRead = (event: object): unknown => {
  const { time, ...rest } = event as SentEvent;
  return { ...rest, time: new Date(time).toISOString() };
};

const toJson = (event: CloudEvent<unknown>): unknown => JSON.parse(JSON.stringify(event));

/** What a header can say of an attribute: text, whatever it was. A mode with headers adds the content type. */
const asText = (event: SentEvent): SentEvent => {
  const entries = Object.entries(event).map(([name, value]) => [name, name === 'data' ? value : String(value)]);
  return {
    ...Object.fromEntries(entries),
    datacontenttype: event['datacontenttype'] ?? 'application/json; charset=utf-8',
  };
};

const send = ({ headers, body }: Message, token: string): Promise<Answer> =>
  request('POST', '/events', { token, headers: headers as Record<string, string>, body });

async function recorded(claims: { tenant: string; organizations?: readonly string[] }, head: number) {
  await waitForHead(claims.tenant, head);
  const events = await readAll(await tokenFor(claims));
  return new Map(events.map((event) => [event.id, event]));
}

/** An event without what the hub adds. */
const withoutRecord = ({ sequence: _sequence, recordedtime: _recordedtime, ...event }: ReceivedEvent): object => event;

describe('the official CloudEvents SDK produces what the hub takes', () => {
  it.each(MODES)('in %s mode, of every schema and with whatever CloudEvents allows', async (mode) => {
    const tenant = newTenant(mode);
    const token = await tokenFor({ tenant });
    const events = oddAndEven(tenant);
    for (const event of events) {
      const answer = await send(PRODUCE[mode]?.(new CloudEvent({ ...event })) ?? { headers: {}, body: '' }, token);
      expect(answer.status, `${mode}: ${JSON.stringify(event)} ${answer.text}`).toBe(202);
    }
    const found = await recorded({ tenant, organizations: ['o#2'] }, events.length);
    const read = events.map(({ id }) => withoutRecord(found.get(id) as ReceivedEvent));
    const sent = mode === 'binary' ? events.map(asText) : events;
    expect(read, mode).toEqual(sent.map(asRead));
  });

  it('on a bus', async () => {
    const tenant = newTenant('bus');
    const events = oddAndEven(tenant);
    for (const module of new Set(events.map(({ type }) => type.split('.')[0] ?? ''))) {
      const own = events.filter(({ type }) => type.startsWith(`${module}.`));
      const entries = own.map((event) => ({
        ...toEntry(event),
        Detail: PRODUCE['structured']?.(new CloudEvent({ ...event })).body,
      }));
      await putEntries(module, entries);
    }
    const found = await recorded({ tenant, organizations: ['o#2'] }, events.length);
    const read = events.map(({ id }) => withoutRecord(found.get(id) as ReceivedEvent));
    expect(read).toEqual(events.map(asRead));
  });

  it.each(MODES)('and is refused alike in %s mode where the data is none', async (mode) => {
    const tenant = newTenant('null');
    const event = new CloudEvent({ ...newEvent(tenant), datacontenttype: 'application/json', data: null });
    const { status, text } = await send(
      PRODUCE[mode]?.(event) ?? { headers: {}, body: '' },
      await tokenFor({ tenant }),
    );
    expect({ status, code: (JSON.parse(text) as { code: string }).code }, text).toEqual({
      status: 422,
      code: 'EVENT_DATA_INVALID',
    });
  });
});

describe('the official CloudEvents SDK reads what the hub hands out', () => {
  it('from the socket, from GET /events as a batch, from GET /events/{id}, and passes it on in binary mode', async () => {
    const tenant = newTenant('emitted');
    const claims = { tenant, organizations: ['o#2'] };
    const events = oddAndEven(tenant);
    const socket = await openReceiver(claims);
    const token = await tokenFor(claims);
    for (const event of events)
      expect((await send({ headers: { 'content-type': STRUCTURED }, body: JSON.stringify(event) }, token)).status).toBe(
        202,
      );
    const found = await recorded(claims, events.length);
    const batch = HTTP.toEvent({ headers: { 'content-type': BATCHED }, body: JSON.stringify([...found.values()]) });
    expect(batch).toHaveLength(events.length);
    for (const [index, event] of [...found.values()].entries()) {
      const one = await request('GET', eventPath(event.id), { token });
      const structured = HTTP.toEvent({ headers: Object.fromEntries(one.headers), body: one.text });
      const isLive = catalogue.find(({ type }) => type === event.type)?.clientBroadcast ?? false;
      const live = isLive ? [new CloudEvent({ ...(await socket.event(event.id)) })] : [];
      const read = [structured, (batch as CloudEvent<unknown>[])[index], ...live];
      for (const cloudEvent of read as CloudEvent<unknown>[]) {
        expect(cloudEvent.validate(), event.id).toBe(true);
        expect(toJson(cloudEvent), event.id).toEqual(asRead(event));
      }
      const binary = HTTP.toEvent(HTTP.binary(new CloudEvent({ ...event }))) as CloudEvent<unknown>;
      expect(binary.validate(), event.id).toBe(true);
      expect(toJson(binary), event.id).toEqual(
        asRead({ datacontenttype: 'application/json; charset=utf-8', ...event }),
      );
    }
  });
});

describe('the official CloudEvents SDK reads what our client publishes', () => {
  it('alone and in a batch', async () => {
    const tenant = newTenant('client');
    const sent: Message[] = [];
    const client = new TidingsApiClient({
      apiUrl: 'https://hub.example.com',
      token: () => 'token',
      fetch: async (_url, { headers, body }) => {
        sent.push({ headers: { ...headers }, body: String(body) });
        const events = [JSON.parse(String(body))].flat() as SentEvent[];
        return Response.json({ accepted: events.map(({ id, type }) => ({ id, type })), rejected: [] }, { status: 202 });
      },
    });
    const events = everyExample(tenant);
    for (const event of events) await client.publish(event as never);
    await client.publish(events as never);
    const read = sent.flatMap(({ headers, body }) =>
      HTTP.toEvent({ headers: headers as Record<string, string>, body }),
    ) as CloudEvent<unknown>[];
    expect(read.map((event) => event.validate())).toEqual([...events, ...events].map(() => true));
    expect(read.map(toJson)).toEqual([...events, ...events].map(asRead));
  });
});
