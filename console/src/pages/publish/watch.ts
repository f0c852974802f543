import { explainAudience, type RecordedEvent, type TidingsHistory, type TidingsLive } from '@tidings/client';
import type { Identity } from '../../session/identity.ts';
import type { EventDocument } from './draft.ts';

/** What is known of an event after it was sent. */
export type Sighting =
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'recorded';
      readonly sequence: number;
      readonly recordedTime: string;
      /** How it was seen first: as it came in, or looked up. */
      readonly by: 'live' | 'history';
      /** From when it was sent until it was seen. */
      readonly milliseconds: number;
    }
  /** Whoever looks may not see it, so nothing that they ask can tell. */
  | { readonly kind: 'hidden'; readonly rules: readonly string[] }
  /** It has not been seen for so long that something is wrong, or the token lets nobody read. */
  | { readonly kind: 'missing'; readonly error?: unknown };

export interface WatchOptions {
  readonly live: Pick<TidingsLive, 'on' | 'state'>;
  readonly history: Pick<TidingsHistory, 'event'>;
  readonly identity: Identity;
  readonly event: EventDocument;
  /** It was recorded before, so it does not come in live. @default false */
  readonly isAgain?: boolean;
  readonly now?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** First wait for a look into the history, and how long one looks in all. What comes in live is there before. */
const FIRST_WAIT = 150;
const WAIT_FOR_LIVE = 1500;
const LONGEST_WAIT = 2000;
const PATIENCE = 30_000;

/** Looks out for an event that is being sent: among what comes in live, and, once it was accepted, in the history. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #now: () => number;
  readonly #begun: number;
  readonly #forget: () => void;
  readonly #aborter = new AbortController();
  readonly #listeners = new Set<() => void>();
  #sighting: Sighting = { kind: 'waiting' };

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#begun = this.#now();
    this.#forget = options.live.on('*', (event: RecordedEvent) => {
      if (event.id === options.event.id) this.#see(event, 'live');
    });
  }

  get sighting(): Sighting {
    return this.#sighting;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The hub, or the bus, has taken it: it will be there in a moment. */
  async accepted(): Promise<void> {
    const { live, history, identity, event, wait = pause } = this.#options;
    const { tenant = '', organizations, user, roles } = identity;
    const { isVisible, rules } = explainAudience(addressOf(event), { tenant, organizations, user, roles });
    if (!isVisible) {
      this.#become({ kind: 'hidden', rules: rules.filter(({ matches }) => !matches).map(({ rule }) => rule) });
      return;
    }
    const until = this.#now() + PATIENCE;
    const { signal } = this.#aborter;
    let failure: unknown;
    for (
      let next = live.state === 'live' && !this.#options.isAgain ? WAIT_FOR_LIVE : FIRST_WAIT;
      this.#isLooking() && this.#now() < until;
      next = Math.min(next * 2, LONGEST_WAIT)
    ) {
      await wait(next);
      if (!this.#isLooking()) return;
      try {
        const found = await history.event(event.id, { signal });
        if (found !== undefined) this.#see(found, 'history');
      } catch (error) {
        failure = error;
      }
    }
    if (this.#isLooking())
      this.#become(failure === undefined ? { kind: 'missing' } : { kind: 'missing', error: failure });
  }

  stop(): void {
    this.#forget();
    this.#aborter.abort();
  }

  #isLooking(): boolean {
    return !this.#aborter.signal.aborted && this.#sighting.kind === 'waiting';
  }

  #see({ sequence, recordedtime }: RecordedEvent, by: 'live' | 'history'): void {
    if (this.#sighting.kind === 'recorded') return;
    const milliseconds = Math.round(this.#now() - this.#begun);
    this.#become({ kind: 'recorded', sequence: Number(sequence), recordedTime: recordedtime, by, milliseconds });
    this.#forget();
  }

  #become(sighting: Sighting): void {
    this.#sighting = sighting;
    for (const listener of this.#listeners) listener();
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** As much of an event that was published as says whom it is for. */
export const addressOf = ({ tenantid, organizationids, userids, roleids }: Readonly<Record<string, unknown>>) => ({
  tenantid: textOf(tenantid) ?? '',
  organizationids: textOf(organizationids),
  userids: textOf(userids),
  roleids: textOf(roleids),
});

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
