import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  isPublishError,
  type NewEvent,
  newEvent,
  type PublishError,
  type Publisher,
  TidingsApiClient,
} from '@tidings/client';
import { TidingsBusClient } from '@tidings/client/bus';
import { validateEvent } from '@tidings/client/validate';
import { describe, expect, it } from 'vitest';
import { asSent, catalogue, newTenant, oneTo } from './events.ts';
import { readAll, tokenFor, waitForHead } from './hub.ts';
import { hubUnderTest } from './hub-under-test.ts';

/** What the suite's client proves who it is with. */
function credentials(tenant: string | undefined, scope?: string) {
  const { tokenUrl, audience, clientId = 'acceptance', clientSecret = 'acceptance-secret' } = hubUnderTest().target;
  return {
    ...{ tokenUrl, audience, clientId, clientSecret },
    ...(scope !== undefined && { scope }),
    ...(tenant !== undefined && { parameters: { tenant } }),
  };
}

const apiClient = (tenant?: string, scope?: string): TidingsApiClient =>
  new TidingsApiClient({ apiUrl: hubUnderTest().target.apiUrl, credentials: credentials(tenant, scope) });

function busClient(): TidingsBusClient {
  const { awsEndpointUrl, region, buses } = hubUnderTest().target;
  const emulated = { endpoint: awsEndpointUrl ?? '', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const client = new EventBridgeClient({ region, ...(awsEndpointUrl !== undefined && emulated) });
  return new TidingsBusClient({ buses: (module) => buses[module] ?? '', client, validate: validateEvent });
}

/** Every example of every schema, with all that a producer may say of it. */
const everyExample = (tenantid: string): readonly NewEvent[] =>
  catalogue.flatMap(({ type, entity, examples }) =>
    examples.map(
      (data, index) =>
        ({
          ...{ type, data, tenantid, subject: `${entity}/${index}`, actorid: 'acct:nina@fjord.example;1' },
          ...{ correlationid: 'correlation', causationid: 'causation', extensions: { region: 'eu', size: 3 } },
          traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
          tracestate: 'vendor=value',
        }) as unknown as NewEvent,
    ),
  );

const person = (tenantid: string, attributes: Partial<NewEvent<'bank.test:created@v1'>> = {}): NewEvent => ({
  type: 'bank.test:created@v1',
  tenantid,
  data: { firstName: 'John', lastName: 'Doe', favoriteColor: 'Red', registrationDate: '2026-01-31T09:30:00Z' },
  ...attributes,
});

const refusal = async (promise: Promise<unknown>): Promise<PublishError> => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!isPublishError(error)) throw new Error(`Expected a refusal, found ${JSON.stringify(error)}`);
  return error;
};

describe.each<[string, (tenant: string) => Publisher]>([
  ['TidingsApiClient', apiClient],
  ['TidingsBusClient', busClient],
])('%s', (_, connect) => {
  it('publishes every example of every schema, and each is read as it was sent', async () => {
    const tenant = newTenant('publish');
    const events = everyExample(tenant).map((event) => newEvent(event));
    const { accepted, rejected } = await connect(tenant).publish(events);
    expect(rejected, tenant).toEqual([]);
    expect(accepted, tenant).toEqual(events.map(({ id, type }, index) => ({ index, id, type })));
    await waitForHead(tenant, events.length);
    const read = await readAll(await tokenFor({ tenant }));
    expect(read.map(({ sequence }) => sequence)).toEqual(oneTo(events.length));
    const byId = (list: readonly { readonly id: string }[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(read.map((event) => asSent(event) as { id: string })), tenant).toEqual(byId(events));
  });

  it('publishes 250 events in one call, and each is there once', async () => {
    const tenant = newTenant('many');
    const { accepted } = await connect(tenant).publish(Array.from({ length: 250 }, () => person(tenant)));
    expect(accepted).toHaveLength(250);
    await waitForHead(tenant, 250);
    const ids = (await readAll(await tokenFor({ tenant }))).map(({ id }) => id);
    expect(ids.toSorted(), tenant).toEqual(accepted.map(({ id }) => id).toSorted());
  });

  it('publishes an event again under its id, and it is there once', async () => {
    const tenant = newTenant('again');
    const event = newEvent(person(tenant));
    for (let i = 0; i < 3; i += 1) await connect(tenant).publish(event);
    await connect(tenant).publish(person(tenant, { id: 'last' }));
    await waitForHead(tenant, 2);
    expect((await readAll(await tokenFor({ tenant }))).map(({ id }) => id).toSorted()).toEqual(
      [event.id, 'last'].toSorted(),
    );
  });

  it('refuses an unknown type, an oversized event and wrong data by errors that say what to do', async () => {
    const tenant = newTenant('refused');
    const client = connect(tenant);
    const lastName = 'x'.repeat(250_000);
    const data = { ...(person(tenant) as NewEvent<'bank.test:created@v1'>).data };
    expect(await refusal(client.publish({ ...person(tenant), type: 'bank.test:craeted@v1' } as never))).toMatchObject({
      code: 'EVENT_TYPE_UNKNOWN',
      advice: expect.stringContaining('bank.test:created@v1'),
    });
    expect(await refusal(client.publish(person(tenant, { data: { ...data, lastName } })))).toMatchObject({
      code: 'EVENT_TOO_LARGE',
      detail: expect.stringMatching(/at most 245760 bytes as JSON, found 25\d{4}/),
    });
    expect(await refusal(client.publish(person(tenant, { data: { ...data, age: 'old' } as never })))).toMatchObject({
      code: 'EVENT_DATA_INVALID',
      errors: [{ path: '/data/age', message: 'expected number, found "old"' }],
    });
  });
});

describe('TidingsApiClient', () => {
  it('is told what to do when its token lacks a scope, and publishes what it may', async () => {
    const tenant = newTenant('scope');
    const left = catalogue.find(({ type }) => type === 'community.member:left@v1')?.examples[0];
    const event = { type: 'community.member:left@v1', tenantid: tenant, data: left } as NewEvent;
    const { accepted, rejected } = await apiClient(tenant, 'bank').publish([event, person(tenant)]);
    expect(accepted).toMatchObject([{ index: 1 }]);
    expect(rejected).toMatchObject([
      {
        index: 0,
        code: 'SCOPE_MISSING',
        status: 403,
        outcome: 'not-accepted',
        advice: expect.stringContaining('scope'),
      },
    ]);
  });

  it("is told so when its token is another tenant's", async () => {
    const error = await refusal(apiClient(newTenant('mine')).publish(person(newTenant('yours'))));
    expect(error).toMatchObject({ code: 'TENANT_MISMATCH', status: 403, errors: [{ path: '/tenantid' }] });
  });

  it('says what is missing without credentials, and when a token is none of the hub', async () => {
    const { apiUrl } = hubUnderTest().target;
    expect(() => new TidingsApiClient({ apiUrl } as never)).toThrow(/CREDENTIALS_MISSING/);
    const forged = new TidingsApiClient({ apiUrl, token: () => 'no.token.atall' });
    expect(await refusal(forged.publish(person(newTenant('forged'))))).toMatchObject({ status: 401, code: /^TOKEN_/ });
  });

  it('finds its way by the name of the issuer alone', async () => {
    const tenant = newTenant('issuer');
    const { tokenUrl: _, ...others } = credentials(tenant);
    const { apiUrl, issuer } = hubUnderTest().target;
    const client = new TidingsApiClient({ apiUrl, credentials: { ...others, issuer } });
    await client.publish(person(tenant));
    await waitForHead(tenant, 1);
  });

  it('may run twice at once with the same events: they are there once', async () => {
    const tenant = newTenant('twice');
    const ids = Array.from({ length: 120 }, () => randomUUID());
    const file = new URL('./publish-process.ts', import.meta.url).pathname;
    const input = JSON.stringify({
      apiUrl: hubUnderTest().target.apiUrl,
      credentials: credentials(tenant),
      events: ids.map((id) => person(tenant, { id })),
    });
    const run = promisify(execFile);
    const env = { ...process.env, PUBLISH: input };
    const runs = await Promise.all([1, 2].map(() => run(process.execPath, ['--import', 'tsx', file], { env })));
    expect(runs.map(({ stdout }) => stdout.trim())).toEqual(['120 accepted', '120 accepted']);
    await waitForHead(tenant, 120);
    const read = await readAll(await tokenFor({ tenant }));
    expect(read.map(({ id }) => id).toSorted(), tenant).toEqual(ids.toSorted());
  });
});
