import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant, type SentEvent } from './events.ts';
import { putOnBus, readAll, tokenFor, waitForHead } from './hub.ts';
import {
  bury,
  buryGoodEvents,
  intakeBody,
  Operator,
  operatorTarget,
  waitForEmptyIntake,
  waitForLettersInSight,
} from './operator.ts';
import type { PassedCall } from './operator-proxy.ts';
import { numbers, sequencesOf } from './pages.ts';
import { waitFor } from './wait.ts';

const it = needs('dead-letters', 'aws-endpoint');

interface Letter {
  readonly code: string;
  readonly reason: string;
  readonly tenant: string;
  readonly type: string;
  readonly eventId: string;
  readonly attempts: number | null;
  readonly payload?: string;
}

interface Queue {
  readonly queue: string;
  readonly messages: number;
  readonly oldest: string | null;
  readonly reasons: readonly { readonly code: string; readonly count: number }[];
}

/** Long enough for the messages of a killed redrive to become visible again, after half a minute. */
const AFTER_KILL_MILLISECONDS = 100_000;

let operator: Operator;

beforeAll(async () => {
  operator = await Operator.begin();
});

afterAll(() => operator.end());

const lettersOf = (tenant: string, ...more: readonly string[]): Promise<readonly Letter[]> =>
  operator.json('dlq', 'show', 'intake', '--tenant', tenant, '--limit', '1000', ...more);

function waitForLetters(tenant: string, count: number, deadline = 60_000): Promise<readonly Letter[]> {
  let found = 0;
  return waitFor(
    `${count} dead letters of ${tenant}`,
    async () => {
      const letters = await lettersOf(tenant);
      found = letters.length;
      return found === count ? letters : undefined;
    },
    { deadline, lastSeen: () => `Found ${found}` },
  );
}

/** Messages in the batches of an action that have passed. */
const countEntries = (calls: readonly PassedCall[], wanted: string): number =>
  calls
    .filter(({ action }) => action === wanted)
    .reduce(
      (sum, { body }) => sum + (JSON.parse(body.toString()) as { Entries: readonly unknown[] }).Entries.length,
      0,
    );

const redrive = (tenant: string, ...more: readonly string[]) =>
  operator.json<{ redriven: number; returned: number }>(
    'dlq',
    'redrive',
    'intake',
    '--tenant',
    tenant,
    '--yes',
    ...more,
  );

/** Makes sure that the log has exactly these events, whatever their order. */
async function expectStored(tenant: string, ids: readonly string[]): Promise<void> {
  await waitForHead(tenant, ids.length, AFTER_KILL_MILLISECONDS);
  const events = await readAll(await tokenFor({ tenant }));
  expect(sequencesOf(events), tenant).toEqual(numbers(1, ids.length));
  expect(events.map(({ id }) => id).toSorted(), tenant).toEqual(ids.toSorted());
}

describe('tidings dlq', () => {
  it('shows what cannot be stored, sends it back in vain, and deletes it when told to', async () => {
    const tenant = newTenant('poison');
    const poison = Array.from({ length: 12 }, () => newEvent(tenant, { data: { secret: 'of the tenant' } }));
    await putOnBus(poison);
    const letters = await waitForLetters(tenant, 12);
    expect(new Set(letters.map(({ eventId }) => eventId)), tenant).toEqual(new Set(poison.map(({ id }) => id)));
    const [letter] = letters;
    expect(letter, tenant).toMatchObject({
      tenant,
      type: 'bank.transaction:created@v1',
      code: 'EVENT_DATA_INVALID',
      attempts: 1,
    });
    expect(JSON.stringify(letters)).not.toContain('of the tenant');
    expect((await lettersOf(tenant, '--payload'))[0]?.payload).toContain('of the tenant');

    const code = letter?.code ?? '';
    const intake = (await operator.json<readonly Queue[]>('dlq', 'list')).find(({ queue }) => queue === 'intake');
    expect(intake?.messages).toBeGreaterThanOrEqual(12);
    expect(Date.parse(intake?.oldest ?? '')).toBeLessThan(Date.now());
    expect(intake?.reasons.find((one) => one.code === code)?.count).toBeGreaterThanOrEqual(12);

    // They come back while the redrive is still going through the queue, and it ends all the same.
    expect(await redrive(tenant), tenant).toMatchObject({ redriven: 12 });
    await waitForLetters(tenant, 12);

    for (const command of ['purge', 'redrive']) {
      const refused = await operator.tidings('dlq', command, 'intake', '--tenant', tenant);
      expect(refused.code).toBe(2);
      expect(refused.messages).toContain('pass --yes');
    }
    expect(await lettersOf(tenant), tenant).toHaveLength(12);

    const purge = ['dlq', 'purge', 'intake', '--tenant', tenant, '--yes'];
    expect(await operator.json(...purge, '--code', 'NO_SUCH_CODE')).toMatchObject({ deleted: 0 });
    expect(await operator.json(...purge, '--limit', '5')).toMatchObject({ deleted: 5 });
    expect(await operator.json(...purge, '--code', code)).toMatchObject({ deleted: 7 });
    expect(await lettersOf(tenant), tenant).toEqual([]);
  });

  it('lets two redrives run at once: every event is stored, and once', async () => {
    const tenant = newTenant('twice');
    const ids = await buryGoodEvents(tenant, 80);
    expect((await lettersOf(tenant))[0], tenant).toMatchObject({ code: 'INTERNAL_ERROR', attempts: 5 });
    const [one, other] = await Promise.all([redrive(tenant), redrive(tenant)]);
    expect(one.redriven + other.redriven, tenant).toBeGreaterThanOrEqual(80);
    await waitForEmptyIntake();
    await expectStored(tenant, ids);
    expect(await lettersOf(tenant), tenant).toEqual([]);
  });

  it('takes no more than it is asked for, and no other tenant', async () => {
    const [tenant, other] = [newTenant('some'), newTenant('others')];
    await buryGoodEvents(other, 5);
    await buryGoodEvents(tenant, 15);
    expect(await redrive(tenant, '--limit', '7'), tenant).toMatchObject({ redriven: 7 });
    await waitForHead(tenant, 7);
    expect(await lettersOf(tenant), tenant).toHaveLength(8);
    expect(await lettersOf(other), other).toHaveLength(5);
    await operator.json('dlq', 'purge', 'intake', '--tenant', tenant, '--tenant', other, '--yes');
  });

  it('loses nothing when a redrive is killed between sending and deleting', async () => {
    const tenant = newTenant('killed');
    const ids = await buryGoodEvents(tenant, 60);
    const args = ['dlq', 'redrive', 'intake', '--tenant', tenant, '--yes'];
    const before = operator.proxy.calls.length;
    const { code } = await operator.killAt('DeleteMessageBatch', 1, ...args);
    expect(code, `SEED=${inject('seed')}`).toBeNull();
    // Ten, or fewer where the first ten that it has received are not all of this tenant: others leave letters too.
    const passed = operator.proxy.calls.slice(before);
    const deleted = countEntries(passed, 'DeleteMessageBatch');
    expect(deleted, tenant).toBeGreaterThan(0);
    expect(countEntries(passed, 'SendMessageBatch'), tenant).toBeGreaterThan(deleted);
    // What it had sent and not deleted comes back into sight, and goes the same way again.
    await waitForLettersInSight(AFTER_KILL_MILLISECONDS);
    await waitForLetters(tenant, ids.length - deleted);
    expect(await redrive(tenant), tenant).toMatchObject({ redriven: ids.length - deleted });
    await waitForEmptyIntake();
    await expectStored(tenant, ids);
  });

  it('sends back what EventBridge could not deliver, as an event of the bus that it was put on', async () => {
    const tenant = newTenant('undelivered');
    const { queues, buses } = operatorTarget();
    const rule = (bus = 'of-a-stranger'): string => `arn:aws:events:eu-north-1:111122223333:rule/${bus}/Everything`;
    const [event, stray] = [newEvent(tenant), newEvent(tenant)];
    const envelope = (detail: SentEvent): string => JSON.stringify(JSON.parse(intakeBody(detail)).event);
    await bury(queues.intakeUndeliverable, [
      { body: envelope(event), attributes: { RULE_ARN: rule(buses['bank']), ERROR_CODE: 'NO_PERMISSIONS' } },
      { body: envelope(stray), attributes: { RULE_ARN: rule(), ERROR_CODE: 'NO_PERMISSIONS' } },
    ]);
    const args = ['undeliverable', '--tenant', tenant];
    expect(await operator.json('dlq', 'show', ...args)).toMatchObject([{ code: 'NO_PERMISSIONS' }, {}]);
    const { code, output, messages } = await operator.tidings('dlq', 'redrive', ...args, '--yes', '--json');
    expect(JSON.parse(output), messages).toMatchObject({ redriven: 1 });
    expect({ code, messages }).toEqual({ code: 1, messages: expect.stringContaining('names no bus of the hub') });
    await expectStored(tenant, [event.id]);
    expect(await operator.json('dlq', 'purge', ...args, '--yes')).toMatchObject({ deleted: 1 });
  });

  it('rings for a tenant again whose ring was lost', async () => {
    const tenant = newTenant('unheard');
    const { doorbellDeadLetters } = operatorTarget().queues;
    await bury(doorbellDeadLetters, [{ body: JSON.stringify({ tenant }), group: tenant }]);
    const args = ['doorbell', '--tenant', tenant];
    expect(await operator.json('dlq', 'show', ...args), tenant).toMatchObject([{ code: 'none', tenant }]);
    expect(await operator.json('dlq', 'redrive', ...args, '--yes'), tenant).toMatchObject({ redriven: 1 });
    expect(await operator.json('dlq', 'show', ...args), tenant).toEqual([]);
  });
});
