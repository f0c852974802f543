import {
  asSequence,
  describe,
  eventPath,
  identifierProblem,
  LIMITS,
  parseCursor,
  parseFilter,
} from '@tidings/contracts';
import { HubCalls } from '../api/hub-calls.ts';
import { HubError, isHubError } from '../api/hub-error.ts';
import type { CallOptions, HubClientOptions } from '../api/options.ts';
import type { TidingsEvent } from '../events/typed-events.ts';
import { filterQuery } from './filter-query.ts';
import type { HistoryOptions, HistoryPage, PageOptions } from './options.ts';

type Page = Extract<HistoryPage, { kind: 'page' }>;
type Cut = Extract<HistoryPage, { kind: 'reset' }>;

/**
 * Events of the past: what `GET /events` of the hub has. The token needs the environment's scope for reading.
 *
 * Every call throws a `HubError` if the hub refuses or cannot be asked. What may be tried again was tried again by then.
 */
export class TidingsHistory {
  readonly #hub: HubCalls;

  /** @throws TypeError if the options cannot be used */
  constructor(options: HubClientOptions) {
    this.#hub = new HubCalls(options);
  }

  /**
   * The next page after a place, or since a time.
   * @throws HubError
   * @throws TypeError, TidingsError FILTER_INVALID, CURSOR_INVALID if the options cannot be used
   */
  async page(options: PageOptions = {}): Promise<HistoryPage> {
    const { filter, signal } = options;
    const { parameters, chooses } = filterQuery(parseFilter(filter));
    const query = [...beginningOf(options), ...limitOf(options), ...parameters];
    const path = `/events${query.length === 0 ? '' : '?'}${query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`;
    try {
      const call = { method: 'GET', path };
      const { epoch, events, through, head } = await this.#hub.ask<Page>(call, ['epoch', 'events', 'through', 'head'], {
        signal,
      });
      return { kind: 'page', epoch, events: chooses === undefined ? events : events.filter(chooses), through, head };
    } catch (error) {
      if (!isHubError(error) || error.code !== 'HISTORY_CUT') throw error;
      const { reason, epoch, oldest, head } = error.problem as unknown as Cut;
      return { kind: 'reset', reason, epoch, oldest, head };
    }
  }

  /**
   * One event with all of its data.
   * @returns `undefined` if there is none of the id. One that is past its time, or is not for this token, is answered alike
   * @throws HubError
   */
  async event(id: string, { signal }: CallOptions = {}): Promise<TidingsEvent | undefined> {
    // No event can have it. Some of what is no identifier cannot be written in a URL.
    if (identifierProblem(id) !== undefined) return undefined;
    try {
      const call = { method: 'GET', path: eventPath(id) };
      return await this.#hub.ask<TidingsEvent>(call, ['id', 'type', 'sequence'], { signal });
    } catch (error) {
      if (isHubError(error) && error.code === 'EVENT_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /**
   * All events from a place or a time on, page by page as the loop asks for them. It ends with `through`, or with what
   * was the head when it began.
   * @throws HubError HISTORY_CUT if history is cut meanwhile, or was; its `problem` has `reason`, `epoch`, `oldest`, `head`
   * @throws HubError, TypeError, TidingsError as {@link page} does
   */
  async *events({ through, ...first }: HistoryOptions = {}): AsyncGenerator<TidingsEvent, undefined> {
    if (through !== undefined) requireWhole('through', through, 0);
    const { limit = LIMITS.pageEvents, filter, signal } = first;
    let last = through;
    let next: PageOptions = { ...first, limit };
    for (let passed = -1; ; ) {
      const page = await this.page(next);
      if (page.kind === 'reset') throw cutError(page);
      last ??= page.head;
      for (const event of page.events) {
        if (Number(event.sequence) > last) return undefined;
        yield event;
      }
      if (page.through >= Math.min(last, page.head)) return undefined;
      if (page.through <= passed) {
        throw new HubError('ANSWER_INVALID', `Expected a page that goes on after ${passed}, found one that does not`);
      }
      passed = page.through;
      const after = { epoch: page.epoch, sequence: asSequence(passed) };
      next = { after, limit, filter, signal };
    }
  }
}

type Pair = readonly [name: string, value: string];

function beginningOf({ after, since }: PageOptions): readonly Pair[] {
  if (since !== undefined) {
    if (after !== undefined) throw new TypeError('Expected after or since, found both');
    return [['since', timeOf(since)]];
  }
  if (after === undefined) return [];
  if (typeof after === 'number') return [['after', requireWhole('after', after, 0)]];
  const { epoch, sequence } = parseCursor(after, '/after');
  return [
    ['after', `${sequence}`],
    ['epoch', epoch],
  ];
}

function limitOf({ limit }: PageOptions): readonly Pair[] {
  return limit === undefined ? [] : [['limit', requireWhole('limit', limit, 1, LIMITS.pageEvents)]];
}

function requireWhole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): string {
  if (Number.isInteger(value) && value >= least && value <= most) return `${value}`;
  throw new TypeError(`Expected ${name} to be a whole number from ${least} to ${most}, found ${describe(value)}`);
}

/** The text is the hub's to judge; only a `Date` that is none has no text. */
function timeOf(since: string | Date): string {
  if (typeof since === 'string') return since;
  if (since instanceof Date && !Number.isNaN(since.getTime())) return since.toISOString();
  throw new TypeError('Expected since to be a time, found none');
}

function cutError({ kind: _, ...cut }: Cut): HubError {
  const detail = `What follows the cursor is gone (${cut.reason}); what is still there begins with ${cut.oldest}`;
  return new HubError('HISTORY_CUT', detail, { status: 410, problem: { code: 'HISTORY_CUT', ...cut } });
}
