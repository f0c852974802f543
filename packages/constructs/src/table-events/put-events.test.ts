import type { EventBridgeClient, PutEventsCommand, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { CompleteEvent } from '@tidings/client';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_MAPPING, account, change } from '../../test/account-changes.ts';
import { planEvents } from './plan-events.ts';
import { createBus } from './put-events.ts';

type Entries = NonNullable<PutEventsCommand['input']['Entries']>;

const eventOf = (number: number): CompleteEvent => {
  const [event] = planEvents(change(number, undefined, account()), ACCOUNT_MAPPING);
  if (event === undefined) throw new Error('Expected an event');
  return event;
};
const [first, second] = [eventOf(1), eventOf(2)];

/** A bus behind a client that answers by a script; then it takes everything. */
function setUp(...script: readonly (readonly PutEventsResultEntry[] | Error)[]) {
  const requests: Entries[] = [];
  const left = [...script];
  const client = {
    send: async ({ input: { Entries = [] } }: PutEventsCommand) => {
      requests.push(Entries);
      const answer = left.shift() ?? Entries.map((_, index) => ({ EventId: String(index) }));
      if (answer instanceof Error) throw answer;
      return { Entries: answer };
    },
  } as unknown as EventBridgeClient;
  const pauses: number[] = [];
  const bus = createBus(client, 'arn:bus', async (milliseconds) => void pauses.push(milliseconds));
  return { requests, pauses, put: () => bus.put([first, second]) };
}

const ok = { EventId: 'x' };
const failing = (ErrorCode: string) => ({ ErrorCode });

describe('the bus', () => {
  it('gets source, type and time beside an event, and the whole of it as detail', async () => {
    const { put, requests } = setUp();
    expect(await put()).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(requests).toEqual([
      [first, second].map((event) => ({
        EventBusName: 'arn:bus',
        Source: 'com.tidings.bank',
        DetailType: 'bank.account:created@v1',
        Time: new Date(event.time),
        Detail: JSON.stringify(event),
      })),
    ]);
  });

  it('gets those entries again that failed for the moment, those alone, later and later', async () => {
    const { put, requests, pauses } = setUp([ok, failing('ThrottlingException')], [failing('InternalFailure')]);
    expect(await put()).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(requests.map(({ length }) => length)).toEqual([2, 1, 1]);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  it.each(['AccessDeniedException', 'NotAuthorizedForSourceException', 'SomethingNew'])(
    'is waited for after %s, which is not about the event',
    async (code) => {
      const { put } = setUp(...Array.from({ length: 9 }, () => [ok, failing(code)].slice(-1)));
      expect((await put()).at(0)).toEqual({ kind: 'failed', reason: code });
    },
  );

  it.each(['MalformedDetail', 'InvalidArgument'])('refuses for good with %s', async (code) => {
    const { put, requests } = setUp([failing(code), ok]);
    expect(await put()).toEqual([{ kind: 'refused', reason: code }, { kind: 'accepted' }]);
    expect(requests).toHaveLength(1);
  });

  it('has not accepted what it says nothing of, nor anything of a request that broke', async () => {
    const lost = Object.assign(new Error('lost'), { name: 'TimeoutError' });
    const { put } = setUp([{}], lost, lost, lost);
    expect(await put()).toEqual([
      { kind: 'failed', reason: 'TimeoutError' },
      { kind: 'failed', reason: 'TimeoutError' },
    ]);
  });
});
