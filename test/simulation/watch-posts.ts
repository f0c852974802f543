import type { EventsFrame, HubFrame, RecordedEvent } from '@tidings/contracts';
import type { PostOutcome } from '../../lambdas/core/ports/outbound.ts';
import type { Invocation } from './invocation.ts';
import { type Line, type Lines, SKEW_MILLISECONDS } from './watch-lines.ts';
import type { World } from './world.ts';

const FORGIVEN_MILLISECONDS = 10_000;

/** Watches every message that the hub posts to a socket: what it may hold, and what it must. */
export class Posts {
  readonly #world: World;
  readonly #lines: Lines;
  /** Connections that a run owes a mark. */
  readonly #unmarked = new WeakMap<Invocation, Set<string>>();

  /** The page that a run answers with: after which sequence it begins, and what it holds. */
  readonly #pages = new WeakMap<Invocation, { readonly after: number; readonly held: Set<number> }>();

  constructor(world: World, lines: Lines) {
    this.#world = world;
    this.#lines = lines;
  }

  /** A run asks for a post: by its own clock the token must live. How long the post then takes is not its fault. */
  asking(by: Invocation, id: string, text: string): void {
    const line = this.#lines.get(id);
    if (line !== undefined && text.startsWith('{"type":"events"')) this.#checkToken(by, line);
  }

  /** A client asks for the page after a cursor. Who asks for the oldest that is left has not said where that is. */
  asked(by: Invocation, text: string): void {
    const { cursor } = JSON.parse(text) as { readonly cursor?: { readonly epoch?: string; readonly sequence: number } };
    if (cursor?.epoch !== undefined) this.#pages.set(by, { after: cursor.sequence, held: new Set() });
  }

  posting(by: Invocation, id: string, text: string): void {
    const line = this.#lines.get(id);
    if (line === undefined) return;
    const frame = JSON.parse(text) as HubFrame<RecordedEvent>;
    if (frame.type === 'subscribed' || frame.type === 'synced') this.#lines.told(by, id, frame.head);
    if (frame.type === 'subscribed' && frame.cursor !== undefined) {
      this.#pages.set(by, { after: frame.cursor.sequence, held: new Set() });
    }
    if (frame.type === 'events') this.#check(by, line, frame);
    if (frame.type === 'synced') this.#checkPage(by, line, frame.through);
  }

  posted(by: Invocation, id: string, outcome: PostOutcome): void {
    // Who is throttled is tried again, and owed nothing until that is given up.
    if (outcome === 'delivered') this.#unmarked.get(by)?.delete(id);
    if (outcome === 'delivered' || !by.name.startsWith('fan-out')) return;
    const owed = this.#unmarked.get(by) ?? new Set();
    this.#unmarked.set(by, owed.add(id));
  }

  settled(by: Invocation, id: string): void {
    this.#unmarked.get(by)?.delete(id);
  }

  fanOutEnded(by: Invocation): void {
    for (const id of this.#unmarked.get(by) ?? []) {
      if (this.#hasEnded(by, id)) continue;
      this.#world.violate('a failed post leaves a mark', `${by.name} could not post to ${id} and went on`);
    }
  }

  /** Whether a token has ended: who renews it syncs, and needs no mark. */
  #hasEnded(by: Invocation, id: string): boolean {
    const claims = this.#lines.get(id)?.recipients.during(by.startedStep) ?? [];
    return claims.some(({ expiresAt }) => expiresAt * 1000 <= by.clock());
  }

  #check(by: Invocation, line: Line, { from, through, events, replay }: EventsFrame<RecordedEvent>): void {
    const facts = this.#world.truth.of(line.tenant);
    const range = `${line.id} ${from}…${through}`;
    if (events.length === 0 || from > through || through > facts.length) {
      this.#world.violate('a frame covers its range', `${range} with ${events.length} events; head ${facts.length}`);
    }
    if (!replay) this.#checkBehind(by, line);
    let last = from - 1;
    for (const event of events) {
      const sequence = Number(event.sequence);
      const fact = facts[sequence - 1];
      if (sequence <= last || sequence > through || fact?.id !== event.id || event.tenantid !== line.tenant) {
        this.#world.violate('a frame covers its range', `${range} holds ${sequence} ${event.id} of ${event.tenantid}`);
        return;
      }
      last = sequence;
      line.attempted.add(sequence);
      if (replay) this.#pages.get(by)?.held.add(sequence);
      if (this.#lines.isFor(line, fact, by.startedStep) === 'none') {
        this.#world.violate('nothing foreign', `${range} holds ${sequence}, which is not for it`);
      }
      if (fact.expiresAt * 1000 <= by.startedAt + by.skew) {
        this.#world.violate('nothing expired is served', `${range} holds ${sequence}, gone before ${by.name} began`);
      }
    }
    const held = new Set(events.map(({ sequence }) => Number(sequence)));
    for (const fact of facts.slice(from - 1, through)) {
      if (held.has(fact.sequence)) continue;
      // Who gets it by what held since it was there, and since the run began, gets it.
      if (this.#lines.isFor(line, fact, Math.max(fact.step, by.startedStep)) === 'all') {
        this.#world.violate('a frame leaves nothing out', `${range} lacks ${fact.sequence}, which is for it`);
      }
    }
  }

  /** A page says that it went through everything up to here: what it did not hold was not for the client. */
  #checkPage(by: Invocation, line: Line, through: number): void {
    const page = this.#pages.get(by);
    if (page === undefined) return;
    for (const fact of this.#world.truth.of(line.tenant).slice(page.after, through)) {
      if (page.held.has(fact.sequence) || this.#lines.isFor(line, fact, Math.max(fact.step, by.startedStep)) !== 'all')
        continue;
      const what = `${by.name} went from ${page.after} through ${through} for ${line.id}`;
      this.#world.violate('a page leaves nothing out', `${what} without ${fact.sequence}`);
    }
  }

  #checkToken(by: Invocation, line: Line): void {
    const claims = line.recipients.during(by.startedStep);
    if (claims.some(({ expiresAt }) => expiresAt * 1000 > by.clock())) return;
    const ended = claims.map(({ expiresAt }) => Math.round((by.clock() - expiresAt * 1000) / 1000)).join();
    this.#world.violate('an expired token receives nothing', `${by.name} posts to ${line.id}, ended ${ended} s ago`);
  }

  #checkBehind(by: Invocation, { id, behind, listensOnly }: Line): void {
    if (behind === undefined || behind.step >= by.startedStep) return;
    const isForgiven =
      listensOnly && this.#world.scheduler.now - behind.at >= FORGIVEN_MILLISECONDS - 2 * SKEW_MILLISECONDS;
    if (!isForgiven) this.#world.violate('who is behind is left alone', `${by.name} posts to ${id}`);
  }
}
