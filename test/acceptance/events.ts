import { randomUUID } from 'node:crypto';
import { type EventTypeEntry, eventTypes } from '@tidings/contracts/gen/catalogue.ts';

/** An event as the suite sends it. */
export interface SentEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly tenantid: string;
  readonly time: string;
  readonly subject?: string;
  readonly organizationids?: string;
  readonly userids?: string;
  readonly roleids?: string;
  readonly data: unknown;
  readonly [attribute: string]: unknown;
}

/** An event as the hub hands it out. */
export interface ReceivedEvent extends SentEvent {
  readonly sequence: string;
  readonly recordedtime: string;
  readonly dataref?: string;
}

export const catalogue: readonly EventTypeEntry[] = eventTypes;

/** A tenant that no other test has. */
export const newTenant = (name: string): string => `${name}-${randomUUID()}`;

/** An event of a type with the first example of its schema, unless told otherwise. */
export function newEvent(tenantid: string, attributes: Partial<SentEvent> = {}): SentEvent {
  const type = attributes.type ?? 'bank.transaction:created@v1';
  const entry = catalogue.find((one) => one.type === type);
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: entry?.source ?? 'com.tidings.bank',
    type,
    time: new Date().toISOString(),
    tenantid,
    data: entry?.examples[0],
    ...attributes,
  };
}

/** An event whose JSON has exactly this many bytes, some of them in characters of two. */
export function eventOfSize(tenant: string, bytes: number, attributes: Partial<SentEvent> = {}): SentEvent {
  const make = (firstName: string): SentEvent =>
    newEvent(tenant, {
      id: `${bytes}-bytes`,
      time: '2026-01-31T09:30:00Z',
      type: 'bank.test:created@v1',
      data: { firstName, lastName: 'Å', favoriteColor: 'Red', registrationDate: '2026-01-31T09:30:00Z' },
      ...attributes,
    });
  const missing = bytes - Buffer.byteLength(JSON.stringify(make('')));
  return make('Å'.repeat(1000) + 'x'.repeat(missing - 2000));
}

/** Every example of every schema as an event of the tenant, with all attributes that a producer may set. */
export function everyExample(tenantid: string): readonly SentEvent[] {
  return catalogue.flatMap(({ type, entity, examples }) =>
    examples.map((data, index) =>
      newEvent(tenantid, {
        type,
        data,
        subject: `${entity}/${index + 1}`,
        datacontenttype: 'application/json',
        actorid: 'acct:nina.berg@fjord.example;693081080913543',
        correlationid: `correlation-${index}`,
        causationid: `causation-${index}`,
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        tracestate: 'vendor=value',
        anextension: 'carried along',
      }),
    ),
  );
}

/** The module of a type: the part before the first dot. */
export const moduleOf = (type: string): string => type.slice(0, type.indexOf('.'));

/** What the hub has made of an event, without what it adds: to compare with what was sent. */
export function asSent({ sequence: _sequence, recordedtime: _recordedtime, ...event }: ReceivedEvent): unknown {
  return event;
}

/** A sequence as CloudEvents has it: 20 digits. */
export const padded = (sequence: number): string => String(sequence).padStart(20, '0');

/** 1..n as sequences. */
export const oneTo = (n: number): readonly string[] => Array.from({ length: n }, (_, index) => padded(index + 1));
