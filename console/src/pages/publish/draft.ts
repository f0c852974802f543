import type { EventTypeDescription } from '../../hub/description.ts';

/** What an event has besides its type and its data, as texts that are typed in; an empty one is left out. */
export interface Envelope {
  readonly tenantid: string;
  readonly subject: string;
  /** Identifiers, separated by commas or white space, of which none holds either. */
  readonly organizationids: string;
  readonly userids: string;
  readonly roleids: string;
  readonly correlationid: string;
  readonly causationid: string;
  /** RFC 3339; empty for when it is sent. */
  readonly time: string;
  readonly id: string;
  /** W3C Trace Context. */
  readonly traceparent: string;
}

/** An event that is being written. */
export interface Draft {
  readonly type: EventTypeDescription;
  readonly envelope: Envelope;
  readonly data: unknown;
}

/** A CloudEvent, in the order in which one reads it. */
export type EventDocument = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

const LISTS: ReadonlySet<keyof Envelope> = new Set(['organizationids', 'userids', 'roleids']);

/** An event of a type as its schema's authors give it for an example, from a tenant. */
export function draftOf(type: EventTypeDescription, tenant: string): Draft {
  const { subject, data } = type.example ?? {};
  return {
    type,
    envelope: {
      tenantid: tenant,
      subject: typeof subject === 'string' ? subject : '',
      organizationids: '',
      userids: '',
      roleids: '',
      correlationid: '',
      causationid: '',
      time: '',
      id: newId(),
      traceparent: newTraceparent(),
    },
    data: data ?? {},
  };
}

/** Another type for an event that is being written: whom it is for stays, what it says is of the other type. */
export function withType({ envelope }: Draft, type: EventTypeDescription): Draft {
  const { subject } = draftOf(type, '').envelope;
  return { ...draftOf(type, ''), envelope: { ...envelope, subject } };
}

/** The next event like this one. */
export const renewed = (draft: Draft): Draft => ({
  ...draft,
  envelope: { ...draft.envelope, id: newId(), traceparent: newTraceparent() },
});

export function toEvent({ type: { type, source }, envelope, data }: Draft): EventDocument {
  const attributes = Object.entries(envelope).flatMap(([name, text]: [string, string]) => {
    const value = LISTS.has(name as keyof Envelope) ? identifiersOf(text).join(',') : text.trim();
    return value === '' ? [] : [[name, value] as const];
  });
  const { id, ...others } = Object.fromEntries(attributes);
  return { specversion: '1.0', id: id ?? '', source, type, ...others, data };
}

export const identifiersOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((each) => each !== '');

export const newId = (): string => crypto.randomUUID();

/** A trace of its own, sampled. Source: W3C Trace Context, section 3.2. */
export function newTraceparent(): string {
  const hex = (bytes: number) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${hex(16)}-${hex(8)}-01`;
}
