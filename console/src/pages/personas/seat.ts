import {
  type ConnectionState,
  type DeliveryRange,
  type RecordedEvent,
  TidingsApiClient,
  TidingsLive,
  type Viewer,
} from '@tidings/client';
import type { Configuration } from '../../configuration.ts';
import { paced } from '../../live/pace.ts';
import type { Persona } from '../../session/persona.ts';
import { Session } from '../../session/session.ts';
import type { Receipt, StreamView } from './outcome.ts';

/** How a persona is: being given a token, refused one, or what its connection is at. */
export type SeatState = 'signing-in' | 'refused' | ConnectionState;

/** Events, and stretches of the sequence, that are remembered; older ones have been told of long since. */
const MOST_REMEMBERED = 1000;

/** A persona with real tokens and a live connection of its own. It begins at once, and ends by `close`. */
export class Seat implements StreamView {
  readonly persona: Persona;
  readonly viewer: Viewer;
  readonly #configuration: Configuration;
  readonly #listeners = new Set<() => void>();
  readonly #came = new Map<string, { readonly at: number; readonly sequence: number }>();
  readonly #sentAt = new Map<string, number>();
  readonly #ranges: DeliveryRange[] = [];
  #live: TidingsLive | undefined;
  #publisher: TidingsApiClient | undefined;
  #poke: (() => void) | undefined;
  #state: SeatState = 'signing-in';
  #error: unknown;
  #begin: number | undefined;
  #count = 0;
  #isClosed = false;

  constructor(configuration: Configuration, persona: Persona) {
    this.#configuration = configuration;
    this.persona = persona;
    const { tenant, organizations, user, roles } = persona;
    this.viewer = { tenant, organizations, user: user === '' ? undefined : user, roles };
    void this.#open();
  }

  get state(): SeatState {
    return this.#state;
  }

  /** Why there is no token, or no connection. */
  get error(): unknown {
    return this.#error;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  get begin(): number | undefined {
    return this.#begin;
  }

  get receivedCount(): number {
    return this.#count;
  }

  /** Publishes as this persona; absent until it has a token. */
  get publisher(): TidingsApiClient | undefined {
    return this.#publisher;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** From now on the time is counted that an event takes. */
  note(id: string): void {
    this.#sentAt.set(id, performance.now());
    const [oldest] = this.#sentAt.keys();
    if (this.#sentAt.size > MOST_REMEMBERED && oldest !== undefined) this.#sentAt.delete(oldest);
  }

  received(id: string): Receipt | undefined {
    const came = this.#came.get(id);
    if (came === undefined) return undefined;
    const range = this.#ranges.find(({ from, through }) => from <= came.sequence && came.sequence <= through);
    // The stretch that it came in is told right after it, and says how it came.
    if (range === undefined) return undefined;
    const milliseconds = Math.round(came.at - (this.#sentAt.get(id) ?? came.at));
    return { milliseconds, how: range.kind === 'replayed' ? 'replayed' : 'live' };
  }

  covers(sequence: number): boolean {
    return this.#ranges.some(({ from, through }) => from <= sequence && sequence <= through);
  }

  /** Asks the hub at once what is new, instead of at the next heartbeat: silence is settled by its answer. */
  poke(): void {
    if (this.isLive) this.#poke?.();
  }

  close(): void {
    this.#isClosed = true;
    void this.#live?.close();
    this.#listeners.clear();
  }

  async #open(): Promise<void> {
    try {
      const session = await Session.ofPersona(this.#configuration, this.persona);
      if (this.#isClosed) return;
      this.#connect(session);
    } catch (error) {
      this.#error = error;
      this.#enter('refused');
    }
  }

  #connect(session: Session): void {
    const { apiUrl, socketUrl } = this.#configuration;
    this.#publisher = new TidingsApiClient({ apiUrl, token: () => session.token() });
    const live = new TidingsLive({
      url: socketUrl,
      apiUrl,
      token: session.token,
      surroundings: {
        whenAwake: (call) => {
          this.#poke = call;
          addEventListener('online', call);
          return () => removeEventListener('online', call);
        },
      },
    });
    this.#live = live;
    live.on('*', (event: RecordedEvent) => this.#take(event));
    live.onRange((range) => this.#cover(range));
    live.onReset(() => {
      this.#ranges.length = 0;
      this.#changed();
    });
    live.onStatus(({ state }) => {
      if (state === 'live') this.#begin ??= live.cursor?.sequence;
      this.#enter(state);
    });
    live.onError((error) => {
      this.#error = error;
      this.#changed();
    });
    live.connect();
  }

  #take({ id, sequence }: RecordedEvent): void {
    this.#count += 1;
    if (!this.#came.has(id)) this.#came.set(id, { at: performance.now(), sequence: Number(sequence) });
    const [oldest] = this.#came.keys();
    if (this.#came.size > MOST_REMEMBERED && oldest !== undefined) this.#came.delete(oldest);
    this.#changedOften();
  }

  #cover(range: DeliveryRange): void {
    if (range.kind === 'gap') return;
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.kind === range.kind && last.through + 1 === range.from) {
      this.#ranges[this.#ranges.length - 1] = { ...last, through: range.through };
    } else this.#ranges.push(range);
    if (this.#ranges.length > MOST_REMEMBERED) this.#ranges.shift();
    this.#changedOften();
  }

  #enter(state: SeatState): void {
    this.#state = state;
    if (state === 'live') this.#error = undefined;
    this.#changed();
  }

  /** What comes may come hundreds of times a second, and whoever listens draws a page. */
  readonly #changedOften = paced(() => this.#changed());

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
