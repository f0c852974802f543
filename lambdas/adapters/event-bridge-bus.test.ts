import type { EventBridgeClient, PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { parseEvent } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../core/ports/outbound.ts';
import { createEventBridgeBus } from './event-bridge-bus.ts';

type Answer = readonly (PutEventsResultEntry | undefined)[] | Error;

/** EventBridge as far as the bus sees it: answers each request as a test says, and accepts by default. */
function busThat(answer: (entries: readonly PutEventsRequestEntry[], request: number) => Answer | undefined) {
  const requests: PutEventsRequestEntry[][] = [];
  const pauses: number[] = [];
  const client = {
    send: async (command: { readonly input: { readonly Entries: PutEventsRequestEntry[] } }) => {
      requests.push(command.input.Entries);
      const result = answer(command.input.Entries, requests.length);
      if (result instanceof Error) throw result;
      return { Entries: result ?? command.input.Entries.map(() => ({ EventId: 'x' })) };
    },
  } as unknown as EventBridgeClient;
  const bus = createEventBridgeBus({
    client,
    busNames: { bank: 'tidings-dev-bank', community: 'tidings-dev-community' },
    surroundings: {
      random: () => 0.5,
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
  });
  /** Ids of each request, in their order. */
  const ids = () =>
    requests.map((entries) => entries.map(({ Detail = '' }) => (JSON.parse(Detail) as { id: string }).id));
  return { bus, requests, pauses, ids };
}

const event = (id: number, change: object = {}): BusEvent => {
  const event = parseEvent({
    specversion: '1.0',
    id: `e${id}`,
    source: 'com.tidings.bank',
    type: 'bank.test:created@v1',
    tenantid: 'acme',
    ...change,
  });
  return { event, module: event.type.slice(0, event.type.indexOf('.')), json: JSON.stringify(event) };
};

const events = (count: number, change: object = {}): readonly BusEvent[] =>
  Array.from({ length: count }, (_, i) => event(i, change));

const accepted = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined);
const idsFrom = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `e${first + i}`);

/** Size of an entry as EventBridge counts it. Source: EventBridge user guide, "Calculating PutEvents entry size". */
const sizeOf = ({ Detail = '', Source = '', DetailType = '', Time }: PutEventsRequestEntry): number =>
  Buffer.byteLength(Detail) + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + (Time ? 14 : 0);

describe('an event on the bus', () => {
  it('brings its trace in the form of X-Ray, if it has one', async () => {
    const { bus, requests } = busThat(() => undefined);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    await bus.put([event(1, { traceparent }), event(2)]);
    expect(requests.flat().map(({ TraceHeader }) => TraceHeader)).toEqual([
      'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=0',
      undefined,
    ]);
  });

  it('is an entry on the bus of its module, whole, with its source, type and time', async () => {
    const { bus, requests } = busThat(() => undefined);
    const one = event(1, { time: '2026-01-31T09:30:00.500+01:00', data: { a: 'æ🦊' } });
    const two = event(2, { type: 'community.member:joined@v1', source: 'com.tidings.community' });
    await expect(bus.put([one, two])).resolves.toEqual([undefined, undefined]);
    expect(requests).toEqual([
      [
        {
          EventBusName: 'tidings-dev-bank',
          Source: 'com.tidings.bank',
          DetailType: 'bank.test:created@v1',
          Time: new Date('2026-01-31T08:30:00.500Z'),
          Detail: one.json,
        },
        {
          EventBusName: 'tidings-dev-community',
          Source: 'com.tidings.community',
          DetailType: 'community.member:joined@v1',
          Detail: two.json,
        },
      ],
    ]);
  });

  it.each(['crm.customer:created@v1', 'constructor.a:b@v1'])(
    'of a module without a bus is an error: %s',
    async (type) => {
      const { bus, requests } = busThat(() => undefined);
      await expect(bus.put([event(1), event(2, { type })])).rejects.toThrow(
        /^No bus is configured for the module "\w+"$/,
      );
      expect(requests).toEqual([]);
    },
  );

  it('is none: nothing is sent', async () => {
    const { bus, requests } = busThat(() => undefined);
    await expect(bus.put([])).resolves.toEqual([]);
    expect(requests).toEqual([]);
  });
});

describe('a request to the bus', () => {
  it('has at most ten entries, in the order of the events', async () => {
    const { bus, ids } = busThat(() => undefined);
    await expect(bus.put(events(25))).resolves.toEqual(accepted(25));
    expect(ids()).toEqual([idsFrom(0, 10), idsFrom(10, 10), idsFrom(20, 5)]);
  });

  it.each([
    ['letters', 'x', 60_000],
    ['characters of many bytes', '🦊', 15_000],
  ])('has at most 256 KiB, counted in bytes, of %s', async (_, character, count) => {
    const { bus, requests, ids } = busThat(() => undefined);
    await bus.put(events(9, { data: character.repeat(count), time: '2026-01-31T09:30:00Z' }));
    expect(ids().flat()).toEqual(idsFrom(0, 9));
    expect(ids()[0]).toHaveLength(4);
    for (const entries of requests) {
      expect(entries.map(sizeOf).reduce((a, b) => a + b)).toBeLessThanOrEqual(256 * 1024);
    }
  });

  it('is filled to the last byte, and not one further', async () => {
    const time = '2026-01-31T09:30:00Z';
    const room =
      128 * 1024 -
      sizeOf({
        Detail: event(0, { time, data: '' }).json,
        Source: 'com.tidings.bank',
        DetailType: 'bank.test:created@v1',
        Time: new Date(time),
      });
    const full = busThat(() => undefined);
    await full.bus.put(events(2, { time, data: 'x'.repeat(room) }));
    expect(full.ids()).toEqual([['e0', 'e1']]);
    const over = busThat(() => undefined);
    await over.bus.put([event(0, { time, data: 'x'.repeat(room) }), event(1, { time, data: 'x'.repeat(room + 1) })]);
    expect(over.ids()).toEqual([['e0'], ['e1']]);
  });
});

describe('an entry that failed', () => {
  it('is sent again, alone, after a pause', async () => {
    const { bus, ids, pauses } = busThat((entries, request) =>
      request === 1
        ? entries.map((_, i) => (i === 3 || i === 7 ? { ErrorCode: 'ThrottlingException' } : { EventId: 'x' }))
        : undefined,
    );
    await expect(bus.put(events(10))).resolves.toEqual(accepted(10));
    expect(ids()).toEqual([idsFrom(0, 10), ['e3', 'e7']]);
    expect(pauses).toEqual([50]);
  });

  it('of one request is sent again together with those of another', async () => {
    const { bus, ids } = busThat((entries, request) =>
      request <= 2 ? entries.map((_, i) => (i === 0 ? { ErrorCode: 'InternalFailure' } : { EventId: 'x' })) : undefined,
    );
    await expect(bus.put(events(20))).resolves.toEqual(accepted(20));
    expect(ids()).toEqual([idsFrom(0, 10), idsFrom(10, 10), ['e0', 'e10']]);
  });

  it('for good is named at its place, after four attempts with growing pauses', async () => {
    const { bus, ids, pauses } = busThat((entries) =>
      entries.map(({ Detail = '' }) =>
        Detail.includes('"e4"') ? { ErrorCode: 'InternalFailure', ErrorMessage: 'SECRET' } : { EventId: 'x' },
      ),
    );
    const failures = await bus.put(events(12));
    expect(failures).toEqual([...accepted(4), 'The bus answered InternalFailure', ...accepted(7)]);
    expect(ids()).toEqual([idsFrom(0, 10), idsFrom(10, 2), ['e4'], ['e4'], ['e4']]);
    expect(pauses).toEqual([50, 100, 200]);
  });

  it('is one whose answer is missing', async () => {
    const { bus } = busThat((entries) => entries.slice(1).map(() => ({ EventId: 'x' })));
    await expect(bus.put(events(3))).resolves.toEqual([
      undefined,
      undefined,
      expect.stringMatching(/^The bus answered /),
    ]);
    const silent = busThat(() => []);
    await expect(silent.bus.put(events(1))).resolves.toEqual([expect.stringMatching(/^The bus answered /)]);
  });
});

describe('a bus that cannot be reached', () => {
  it('is tried again with everything that was in the request', async () => {
    const { bus, ids } = busThat((_, request) => (request === 2 ? new Error('SECRET') : undefined));
    await expect(bus.put(events(15))).resolves.toEqual(accepted(15));
    expect(ids()).toEqual([idsFrom(0, 10), idsFrom(10, 5), idsFrom(10, 5)]);
  });

  it('for good fails every event that was not accepted, and says no more than the name of the error', async () => {
    const down = Object.assign(new Error('SECRET host'), { name: 'TimeoutError' });
    const { bus, requests } = busThat(([first]) => (first?.Detail?.includes('"e0"') ? undefined : down));
    const failures = await bus.put(events(12));
    const failure = 'The bus cannot be reached (TimeoutError)';
    expect(failures).toEqual([...accepted(10), failure, failure]);
    expect(requests).toHaveLength(5);
  });
});
