import { EventBridgeClient, type PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { LIMITS } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { bankEvent, bankEvents, communityEvent } from '../../test/new-events.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { type BusClientOptions, TidingsBusClient } from './bus-client.ts';
import { isPublishError, type PublishError } from './publish-error.ts';
import { validateEvent } from './validate-event.ts';

type Entries = NonNullable<PutEventsCommand['input']['Entries']>;
type Reaction = (entries: Entries) => readonly PutEventsResultEntry[] | 'never';

const idOf = ({ Detail = '{}' }: Entries[number]): string => (JSON.parse(Detail) as { id: string }).id;
const takeAll: Reaction = (entries) => entries.map((_, index) => ({ EventId: `bus-${index}` }));
const failAt =
  (ErrorCode: string, ...indices: number[]): Reaction =>
  (entries) =>
    entries.map((_, index) => (indices.includes(index) ? { ErrorCode, ErrorMessage: 'why' } : { EventId: 'x' }));
const failWith =
  (error: object): Reaction =>
  () => {
    throw Object.assign(new Error('why'), error);
  };

/** EventBridge behind the real client of the AWS SDK: what it is sent, and what it answers by a script. */
function setUp(script: readonly Reaction[] = [], options: Partial<BusClientOptions> = {}) {
  const time = new VirtualTime();
  const requests: Entries[] = [];
  const left = [...script];
  const client = new EventBridgeClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  client.middlewareStack.add(
    () => async (args) => {
      const { Entries = [] } = args.input as PutEventsCommand['input'];
      requests.push(Entries);
      const result = (left.shift() ?? takeAll)(Entries);
      if (result === 'never') return await new Promise(() => undefined);
      const FailedEntryCount = result.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
      return { response: {}, output: { $metadata: {}, Entries: [...result], FailedEntryCount } };
    },
    { step: 'initialize' },
  );
  const publisher = new TidingsBusClient({ buses: { environment: 'dev' }, client, surroundings: time, ...options });
  return { time, requests, publisher, ids: () => requests.map((entries) => entries.map(idOf)) };
}

const thrown = async (promise: Promise<unknown>): Promise<PublishError> => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!isPublishError(error)) throw new Error('Expected a throw');
  return error;
};

describe('an event on the bus', () => {
  it('has source, type and time beside it, and is whole in the detail', async () => {
    const { time, requests, publisher } = setUp();
    const event = bankEvent({ id: 'e1', time: '2026-01-31T09:30:00Z', userids: ['a', 'b'] });
    expect(await time.run(publisher.publish(event))).toEqual({ id: 'e1', type: 'bank.test:created@v1' });
    const [[entry] = []] = requests;
    expect(entry).toEqual({
      EventBusName: 'tidings-dev-bank',
      Source: 'com.tidings.bank',
      DetailType: 'bank.test:created@v1',
      Time: new Date('2026-01-31T09:30:00Z'),
      Detail: expect.any(String),
    });
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ specversion: '1.0', tenantid: 'acme', userids: 'a,b' });
    expect(time.pending).toBe(0);
  });

  it.each<[string, NonNullable<BusClientOptions['buses']>]>([
    ['a function', (module) => `bus-of-${module}`],
    ['names', { bank: 'bus-of-bank', community: 'bus-of-community' }],
  ])('goes on the bus of its module, by %s', async (_, buses) => {
    const { time, requests, publisher } = setUp([], { buses });
    await time.run(publisher.publish([bankEvent(), communityEvent('1')]));
    expect(requests[0]?.map(({ EventBusName }) => EventBusName)).toEqual(['bus-of-bank', 'bus-of-community']);
  });

  it('is refused alone if its module has no bus', async () => {
    const { time, publisher } = setUp([], { buses: { bank: 'b' } });
    const { accepted, rejected } = await time.run(publisher.publish([communityEvent('1'), bankEvent({ id: '2' })]));
    expect(accepted).toMatchObject([{ id: '2', index: 1 }]);
    expect(rejected).toMatchObject([{ id: '1', code: 'BUS_UNKNOWN', advice: expect.stringContaining('buses') }]);
  });

  it('is looked at with the schema if that is wanted, because the bus does not', async () => {
    const { time, requests, publisher } = setUp([], { validate: validateEvent });
    const data = { ...bankEvent().data, favoriteColor: 'Pink' } as never;
    expect(await thrown(time.run(publisher.publish(bankEvent({ data }))))).toMatchObject({
      code: 'EVENT_DATA_INVALID',
      errors: [{ path: '/data/favoriteColor', message: expect.stringContaining('Red, Green, Blue, found "Pink"') }],
    });
    expect(requests).toEqual([]);
    await time.run(publisher.publish([bankEvent(), communityEvent('1')]));
  });

  it.each(['AccessDeniedException', 'MalformedDetail', 'NotAuthorizedForSourceException', 'SomethingNew'])(
    'is not sent again after %s',
    async (code) => {
      const { time, requests, publisher } = setUp([failAt(code, 0)]);
      const error = await thrown(time.run(publisher.publish(bankEvent())));
      expect(error).toMatchObject({ code: 'BUS_REFUSED', outcome: 'not-accepted', retryable: false });
      expect(error.detail).toContain(code);
      expect(requests).toHaveLength(1);
    },
  );

  it.each<[string, Reaction]>([
    ['a throttle', failAt('ThrottlingException', 0)],
    ['a failure inside', failAt('InternalFailure', 0)],
    ['nothing', () => [{}]],
    ['no entries', () => []],
    ['a service that is away', failWith({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } })],
    ['a request that is throttled', failWith({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } })],
    ['a lost connection', failWith({ code: 'ECONNRESET' })],
    ['no answer', () => 'never'],
  ])('is sent again under its id after %s', async (_, reaction) => {
    const { time, ids, publisher } = setUp([reaction, reaction]);
    const { id } = await time.run(publisher.publish(bankEvent()));
    expect(ids()).toEqual([[id], [id], [id]]);
  });

  it.each<[string, object, string]>([
    ['credentials', { name: 'CredentialsProviderError' }, 'CREDENTIALS_MISSING'],
    ['a region', { message: 'Region is missing' }, 'OPTIONS_INVALID'],
    ['permission', { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }, 'BUS_REFUSED'],
  ])('is refused with advice if the SDK lacks %s', async (_, error, code) => {
    const { time, requests, publisher } = setUp([failWith(error)]);
    const refusal = await thrown(time.run(publisher.publish(bankEvent())));
    expect(refusal).toMatchObject({ code, retryable: false, outcome: 'not-accepted' });
    expect(refusal.advice).not.toBe('');
    expect(requests).toHaveLength(1);
  });
});

describe('a list of events on buses', () => {
  it('goes by ten, in order', async () => {
    const { time, ids, publisher } = setUp();
    const { accepted } = await time.run(publisher.publish(bankEvents(25)));
    expect(ids().map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(ids().flat()).toEqual(accepted.map(({ id }) => id));
  });

  it('is split by bytes as AWS counts them', async () => {
    const { time, requests, publisher } = setUp();
    const data = { ...bankEvent().data, lastName: 'Å'.repeat(40_000) };
    await time.run(publisher.publish(Array.from({ length: 7 }, () => bankEvent({ data }))));
    expect(requests.map(({ length }) => length)).toEqual([3, 3, 1]);
    const largest = { ...bankEvent().data, lastName: 'x'.repeat(LIMITS.eventBytes - 500) };
    const result = await time.run(publisher.publish([bankEvent({ data: largest }), bankEvent({ data: largest })]));
    expect(result.accepted).toHaveLength(2);
    expect(requests).toHaveLength(5);
  });

  it('has only those entries sent again that failed for the moment', async () => {
    const { time, ids, publisher } = setUp([failAt('ThrottlingException', 0, 2), failAt('InternalFailure', 1)]);
    const { accepted } = await time.run(publisher.publish(bankEvents(3)));
    expect(ids()).toEqual([['0', '1', '2'], ['0', '2'], ['2']]);
    expect(accepted.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('goes apart by module if the role may not put on one of the buses', async () => {
    const mayPutBank: Reaction = (entries) =>
      entries.some(({ EventBusName }) => EventBusName !== 'tidings-dev-bank')
        ? failWith({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })(entries)
        : takeAll(entries);
    const { time, publisher } = setUp(Array(9).fill(mayPutBank));
    const list = [bankEvent({ id: 'a' }), communityEvent('b'), bankEvent({ id: 'c' })];
    const { accepted, rejected } = await time.run(publisher.publish(list));
    expect(accepted.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(rejected).toMatchObject([{ id: 'b', code: 'BUS_REFUSED', outcome: 'not-accepted' }]);
  });
});

describe('a bus client', () => {
  it.each<[string, object]>([
    ['no buses', { buses: undefined }],
    ['an environment that is none', { buses: { environment: '' } }],
    ['a client that is none', { client: {} }],
  ])('is refused with %s', (_, options) => {
    expect(() => new TidingsBusClient({ buses: { environment: 'dev' }, ...options } as never)).toThrow(
      /OPTIONS_INVALID/,
    );
  });
});
