import type { BusNames } from './buses.ts';
import type { PutEvents, PutEventsRequestEntry, PutEventsResultEntry } from './event-bridge.ts';
import { failureText } from './failure-text.ts';
import type { Transport, Verdict } from './outbox.ts';
import { type AbortSignalLike, utf8Bytes } from './platform.ts';
import type { PreparedEvent } from './prepare.ts';
import {
  failed,
  isPublishError,
  type ProblemOptions,
  type PublishErrorCode,
  problem,
  problemOf,
} from './publish-error.ts';
import { Interrupted, type PublishSurroundings, within } from './time-limit.ts';
import type { PublishTiming } from './timing.ts';

/** `time` counts as so many bytes. Source: EventBridge user guide, "Calculating PutEvents event entry size". */
const BYTES_OF_TIME = 14;

/** Entries that may be accepted another time. Source: EventBridge API reference, `PutEventsResultEntry`. */
const TEMPORARY: ReadonlySet<string> = new Set(['ThrottlingException', 'InternalFailure', 'InternalException']);
const THROTTLED: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

interface BusAccess {
  readonly putEvents: PutEvents;
  readonly busNames: BusNames;
  readonly surroundings: PublishSurroundings;
  readonly timing: PublishTiming;
}

/** Requests to EventBridge. An entry has its own bus, so one request may serve several modules. */
export class BusRequests implements Transport {
  /**
   * Entries and bytes of one request. EventBridge came to take 1 MB of late; not everywhere, and nothing is lost by
   * keeping to the older limit, which is above what an event may have.
   * Source: EventBridge API reference, PutEvents: "less than 256 KB".
   */
  readonly limits = { events: 10, bytes: 256 * 1024 - 1 };
  readonly #access: BusAccess;

  constructor(access: BusAccess) {
    this.#access = access;
  }

  bytesOf({ event, bytes }: PreparedEvent): number {
    return bytes + utf8Bytes(event.source) + utf8Bytes(event.type) + BYTES_OF_TIME;
  }

  async send(events: readonly PreparedEvent[], signal: AbortSignalLike): Promise<readonly Verdict[]> {
    const verdicts = new Map<PreparedEvent, Verdict>();
    const entries = new Map<PreparedEvent, PutEventsRequestEntry>();
    for (const event of events) {
      try {
        entries.set(event, toEntry(event, this.#access.busNames(event.module)));
      } catch (error) {
        const known = isPublishError(error) ? error : failed('BUS_UNKNOWN', `"buses" failed: ${failureText(error)}`);
        verdicts.set(event, { kind: 'refused', problem: problemOf(known) });
      }
    }
    const sent = [...entries.keys()];
    const answers = sent.length === 0 ? [] : await this.#put(sent, [...entries.values()], signal);
    sent.forEach((event, i) => {
      const verdict = answers[i];
      if (verdict !== undefined) verdicts.set(event, verdict);
    });
    return events.flatMap((event) => verdicts.get(event) ?? []);
  }

  async #put(
    events: readonly PreparedEvent[],
    entries: PutEventsRequestEntry[],
    signal: AbortSignalLike,
  ): Promise<readonly Verdict[]> {
    const { putEvents, surroundings, timing } = this.#access;
    try {
      const limits = { surroundings, limit: timing.request, signal };
      const results = await within(limits, (ended) => putEvents(entries, ended));
      return events.map((_, i) => toVerdict(results[i]));
    } catch (error) {
      if (signal.aborted) throw error;
      if (isPublishError(error)) {
        const why = problemOf(error);
        return events.map(() => ({ kind: 'refused', problem: why, concernsAll: true }));
      }
      const isMixed = new Set(events.map(({ module }) => module)).size > 1;
      const verdict = ofFailure(error, timing.request);
      // A role may put on one bus and not on the other; the request is refused as a whole.
      const isApart = isMixed && verdict.kind === 'refused' && !verdict.concernsAll;
      return events.map(() => (isApart ? { kind: 'apart', by: 'module' } : verdict));
    }
  }
}

function toEntry({ event, json }: PreparedEvent, EventBusName: string): PutEventsRequestEntry {
  const entry = { EventBusName, Source: event.source, DetailType: event.type, Detail: json };
  return event.time === undefined ? entry : { ...entry, Time: new Date(event.time) };
}

function toVerdict({ EventId, ErrorCode, ErrorMessage }: PutEventsResultEntry = {}): Verdict {
  if (ErrorCode === undefined) {
    if (EventId !== undefined) return { kind: 'accepted' };
    return temporary('ANSWER_INVALID', 'The bus answered nothing', 'unknown');
  }
  const detail = `The bus answered ${ErrorCode}${ErrorMessage === undefined ? '' : `: ${ErrorMessage}`}`;
  if (THROTTLED.has(ErrorCode)) return temporary('BUS_UNAVAILABLE', detail, 'not-accepted');
  if (TEMPORARY.has(ErrorCode)) return temporary('BUS_UNAVAILABLE', detail, 'unknown');
  return { kind: 'refused', problem: problem('BUS_REFUSED', detail) };
}

/** What the SDK throws: a refusal by the service, credentials or a region that it has not found, or a lost connection. */
function ofFailure(error: unknown, limit: number): Verdict & { kind: 'again' | 'refused' } {
  if (error instanceof Interrupted) {
    return temporary('NETWORK_FAILED', `EventBridge has not answered within ${limit} ms`, 'unknown', true);
  }
  const { name, $metadata } = (error ?? {}) as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const detail = `${name ?? 'Error'}: ${failureText(error)}`;
  if (name !== undefined && THROTTLED.has(name))
    return temporary('BUS_UNAVAILABLE', detail, 'not-accepted', true, status);
  if (status !== undefined && (status === 429 || status >= 500)) {
    return temporary('BUS_UNAVAILABLE', detail, status === 429 ? 'not-accepted' : 'unknown', true, status);
  }
  if (status !== undefined && status >= 400) {
    return { kind: 'refused', problem: problem('BUS_REFUSED', detail, { status }) };
  }
  if (/credential/i.test(name ?? '') || /credential/i.test(detail)) {
    const advice = 'Give the function a role, or the AWS SDK its credentials; or pass a `client` that has them';
    return { kind: 'refused', concernsAll: true, problem: problem('CREDENTIALS_MISSING', detail, { advice }) };
  }
  if (/region is missing/i.test(detail)) {
    const advice = 'Set AWS_REGION, or pass a `client` that has a region';
    return { kind: 'refused', concernsAll: true, problem: problem('OPTIONS_INVALID', detail, { advice }) };
  }
  return temporary('NETWORK_FAILED', `EventBridge could not be reached: ${detail}`, 'unknown', true);
}

function temporary(
  code: PublishErrorCode,
  detail: string,
  outcome: 'unknown' | 'not-accepted',
  concernsAll = false,
  status?: number,
): Verdict & { kind: 'again' } {
  const options: ProblemOptions = { outcome, retryable: true, ...(status !== undefined && { status }) };
  return { kind: 'again', concernsAll, problem: problem(code, detail, options) };
}
