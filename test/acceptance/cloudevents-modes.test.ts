import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { asSent, newEvent, newTenant, oneTo, padded, type SentEvent } from './events.ts';
import { BATCHED, postBatch, postStructured, readAll, request, STRUCTURED, tokenFor, waitForHead } from './hub.ts';
import { openReceiver } from './socket-client.ts';

/** An event in the headers and the body that binary mode wants. Source: CloudEvents HTTP binding, section 3.1. */
function inBinaryMode({ data, ...attributes }: SentEvent) {
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))]);
  return {
    headers: { ...Object.fromEntries(headers), 'content-type': 'application/json' },
    body: JSON.stringify(data),
  };
}

/** A message of the official SDK as something to send. */
const send = (message: { headers: object; body: unknown }, token: string) =>
  request('POST', '/events', {
    token,
    headers: { ...(message.headers as Record<string, string>) },
    body: String(message.body),
  });

describe('an event', () => {
  it('is taken in structured, batched and binary mode alike', async () => {
    const tenant = newTenant('modes');
    const token = await tokenFor({ tenant });
    const [structured, batched, binary] = ['Åse ⛵', 'Åse ⛵', 'Åse ⛵'].map((subject) =>
      newEvent(tenant, { subject }),
    );
    const socket = await openReceiver({ tenant });
    const answers = [
      await postStructured(structured, token),
      await postBatch([batched], token),
      await request('POST', '/events', { token, ...inBinaryMode(binary as SentEvent) }),
    ];
    for (const [index, event] of [structured, batched, binary].entries()) {
      const answer = answers[index];
      expect(answer?.status, `${tenant}: ${answer?.text}`).toBe(202);
      expect(JSON.parse(answer?.text ?? ''), tenant).toEqual({
        accepted: [{ id: event?.id, type: event?.type }],
        rejected: [],
      });
    }
    const received = await socket.count(3);
    expect(received.map(asSent), tenant).toEqual(
      expect.arrayContaining([structured, batched, { ...binary, datacontenttype: 'application/json' }]),
    );
    expect(
      received.map(({ sequence }) => sequence),
      tenant,
    ).toEqual(oneTo(3));
  });

  it('gets the time at which the hub heard of it, if it has none', async () => {
    const tenant = newTenant('time');
    const { time: _time, ...event } = newEvent(tenant);
    const before = Date.now();
    const answer = await postStructured(event, await tokenFor({ tenant }));
    expect(answer.status, answer.text).toBe(202);
    await waitForHead(tenant, 1);
    const [stored] = await readAll(await tokenFor({ tenant }));
    expect(stored, tenant).toEqual({
      ...event,
      time: expect.any(String),
      sequence: padded(1),
      recordedtime: expect.any(String),
    });
    expect(Math.abs(Date.parse(stored?.time ?? '') - before), `${tenant}: ${stored?.time}`).toBeLessThan(60_000);
  });
});

describe('the official CloudEvents SDK', () => {
  it('produces events that the hub takes, in binary and structured mode', async () => {
    const tenant = newTenant('sdk');
    const token = await tokenFor({ tenant });
    const [binary, structured] = [newEvent(tenant), newEvent(tenant, { subject: 'transaction/1' })];
    const socket = await openReceiver({ tenant });
    const answers = [
      await send(HTTP.binary(new CloudEvent({ ...binary, datacontenttype: 'application/json' })), token),
      await send(HTTP.structured(new CloudEvent({ ...structured })), token),
    ];
    expect(
      answers.map(({ status }) => status),
      answers.map(({ text }) => text).join(),
    ).toEqual([202, 202]);
    const received = await socket.count(2);
    expect(
      received.map(({ id }) => id),
      tenant,
    ).toEqual(expect.arrayContaining([binary?.id, structured?.id]));
  });

  it('reads what the hub hands out, from the socket, from GET /events and from GET /events/{id}', async () => {
    const tenant = newTenant('parse');
    const token = await tokenFor({ tenant });
    const event = newEvent(tenant, { organizationids: 'o;1@x,o#2', subject: 'transaction/1' });
    const claims = { tenant, organizations: ['o#2'] };
    const socket = await openReceiver(claims);
    await postStructured(event, token);
    const fromSocket = await socket.event(event.id);
    const reader = await tokenFor(claims);
    const page = await readAll(reader);
    const one = await request('GET', `/events/${event.id}`, { token: reader });
    expect(one.headers.get('content-type'), one.text).toMatch(new RegExp(`^${STRUCTURED.replace('+', '\\+')}`));
    const parsed = [
      new CloudEvent({ ...fromSocket }),
      HTTP.toEvent({ headers: { 'content-type': BATCHED }, body: JSON.stringify(page) }),
      HTTP.toEvent({ headers: Object.fromEntries(one.headers), body: one.text }),
    ].flat();
    const expected = { ...event, sequence: padded(1), recordedtime: fromSocket.recordedtime };
    for (const cloudEvent of parsed as CloudEvent<unknown>[]) {
      expect(cloudEvent.validate(), tenant).toBe(true);
      expect(JSON.parse(JSON.stringify(cloudEvent)), tenant).toEqual(expected);
    }
    expect(parsed).toHaveLength(3);
  });
});
