import { type AudienceRule, explainAudience, type Viewer } from '@tidings/client';
import { addressOf } from '../publish/watch.ts';

/** An event that the page has published, as far as it is known. */
export interface Publication {
  readonly event: Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };
  /** `sent` until the hub has answered. */
  readonly state: 'sent' | 'accepted' | 'refused';
  /** Its number, once it is recorded. */
  readonly sequence: number | undefined;
}

/** What a persona's stream has shown so far. */
export interface StreamView {
  readonly viewer: Viewer;
  /** Whether the stream is open and has caught up. */
  readonly isLive: boolean;
  /** The last number that was there before the stream began; `undefined` before it has. */
  readonly begin: number | undefined;
  /** How an event came, if it has. */
  readonly received: (id: string) => Receipt | undefined;
  /** Whether it is known of a number what it is to this persona. */
  readonly covers: (sequence: number) => boolean;
}

export interface Receipt {
  /** From when it was published until it came. */
  readonly milliseconds: number;
  readonly how: 'live' | 'replayed';
}

/** What became of an event for a persona. */
export type Outcome =
  /** Nothing is known yet. */
  | { readonly kind: 'waiting'; readonly isLive: boolean }
  | ({ readonly kind: 'received' } & Receipt)
  /** It did not come, and these rules of its audience are why. */
  | { readonly kind: 'not-for'; readonly rules: readonly AudienceRule[] }
  /** It did not come, though no rule of its audience is against it. */
  | { readonly kind: 'withheld' }
  /** The stream began after the event. */
  | { readonly kind: 'too-late' }
  /** It was not published at all. */
  | { readonly kind: 'refused' }
  /** The persona was changed before it was known. */
  | { readonly kind: 'changed' };

/**
 * What is known of an event for a persona. That it did not come is said only once the persona's stream has passed the
 * event's number; of another tenant there is no stream in which it could, by the first rule of the hub.
 */
export function outcomeOf({ event, state, sequence }: Publication, view: StreamView): Outcome {
  const receipt = view.received(event.id);
  if (receipt !== undefined) return { kind: 'received', ...receipt };
  if (state === 'refused') return { kind: 'refused' };
  const waiting = { kind: 'waiting', isLive: view.isLive } as const;
  if (state === 'sent' || sequence === undefined) return waiting;
  const { rules } = explainAudience(addressOf(event), view.viewer);
  const against = rules.filter(({ matches }) => !matches);
  if (against.some(({ rule }) => rule === 'tenant')) return { kind: 'not-for', rules: against };
  if (view.begin !== undefined && sequence <= view.begin) return { kind: 'too-late' };
  if (!view.covers(sequence)) return waiting;
  return against.length > 0 ? { kind: 'not-for', rules: against } : { kind: 'withheld' };
}

/** Whether more may become known. */
export const isOpen = ({ kind }: Outcome): boolean => kind === 'waiting';

const ASKS = {
  tenant: ['tenantid is', 'is of'],
  organizations: ['organizationids asks for', 'is in'],
  users: ['userids asks for', 'is'],
  roles: ['roleids asks for', 'has'],
} as const;

/** A rule that is against somebody, in words: `roleids asks for auditor, has clerk`. */
export function ruleInWords({ rule, asked, has }: AudienceRule): string {
  const [asks, verb] = ASKS[rule];
  const list = (values: readonly string[]) => (values.length === 0 ? 'none' : values.join(' or '));
  return `${asks} ${list(asked)}, ${verb} ${list(has.filter((each) => each !== ''))}`;
}
