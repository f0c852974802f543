import type { ErrorFrame, Filter, ResetFrame, Start, SubscribedFrame } from '@tidings/contracts';
import { Backoff } from './backoff.ts';
import type { StatusReason } from './connection.ts';
import type { PageEnd, Question } from './delivery.ts';
import { type DeliveryError, refusalOf } from './delivery-error.ts';
import type { Intake } from './intake.ts';
import { remedyFor } from './refusals.ts';
import type { Surroundings } from './surroundings.ts';
import { Timers } from './timers.ts';
import type { Timing } from './timing.ts';

/** What is asked for: a filter of one's own, or a durable subscription. */
export type Wish = { readonly filter: Filter } | { readonly subscription: string };

/** Who is told how asking for pages goes. */
export interface PagingOwner {
  subscribed(frame: SubscribedFrame): void;
  /** A page was the last for now. */
  caughtUp(): void;
  /** A page was not the last. */
  more(): void;
  heldUp(reason: StatusReason, retryMilliseconds?: number): void;
  /** History was cut. */
  wasReset(): void;
  /** The socket is of no use any more. */
  ended(reason: StatusReason): void;
  /** Trying again cannot help. */
  refused(error: DeliveryError): void;
  report(error: DeliveryError): void;
}

export interface PagingOptions {
  readonly wish: Wish;
  readonly intake: Intake;
  readonly owner: PagingOwner;
  readonly surroundings: Surroundings;
  readonly timing: Timing;
  /** @returns the id of the request */
  readonly send: (frame: object) => string;
}

/** Questions that bring nothing, at once one after the other, before the next waits. */
const IDLE_ROUNDS = 3;

/** Hearts beat up to a fifth early, so that those that began together do not stay together. */
const HEARTBEAT_JITTER = 0.2;

/** Subscribes a socket and asks for pages on it, one at a time: until there are no more, and then at every heartbeat. */
export class Paging {
  readonly #options: PagingOptions;
  readonly #timers: Timers<'answer' | 'next'>;
  readonly #backoff: Backoff;
  #isSubscribed = false;
  #page: { readonly id: string; readonly question: Question } | undefined;
  /** The next page must wait, for time to pass or for the handler. */
  #isWaiting = false;
  #isStopped = false;
  #lastStart: Start | undefined;
  #idleRounds = 0;
  #heartbeatSeconds = 0;

  constructor(options: PagingOptions) {
    this.#options = options;
    const { surroundings, timing } = options;
    this.#timers = new Timers(surroundings);
    this.#backoff = new Backoff({
      baseMilliseconds: timing.backoffBase,
      capMilliseconds: timing.backoffCap,
      random: () => surroundings.random(),
    });
  }

  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /** Asks for the next page, unless one is under way or must wait. There will be an answer, or an end. */
  ask(): void {
    if (this.#isStopped || this.#page !== undefined || this.#isWaiting) return;
    const { intake, owner, timing, send } = this.#options;
    if (!intake.hasRoom) {
      this.#askWhenDrained();
      owner.heldUp('handler-slow');
      return;
    }
    const question = intake.ask();
    this.#idleRounds = isSame(question.start, this.#lastStart) ? this.#idleRounds + 1 : 0;
    this.#lastStart = question.start;
    this.#timers.clear('next');
    this.#timers.set('answer', timing.answer, () => owner.ended('hub-silent'));
    const frame = this.#isSubscribed ? { action: 'sync', ...cursorOf(question) } : this.#subscribeFrame(question);
    this.#page = { id: send(frame), question };
  }

  /** Whether an answer is to the question that is open. */
  isAnswer(id: string | undefined): boolean {
    return this.#page !== undefined && id === this.#page.id;
  }

  subscribed(frame: SubscribedFrame): void {
    const { intake, owner, wish } = this.#options;
    this.#isSubscribed = true;
    this.#heartbeatSeconds = frame.heartbeatSeconds;
    intake.begin(frame);
    owner.subscribed(frame);
    const isLiveOnly = 'filter' in wish && this.#page?.question.start === undefined;
    if (isLiveOnly) this.#ended(!intake.isPageDue, false);
  }

  synced(page: PageEnd): void {
    const question = this.#page?.question;
    if (question === undefined) return;
    // If `subscribed` was lost on the way, so was the history that the page is of: subscribe again.
    const { intake } = this.#options;
    const isCaughtUp = this.#isSubscribed && intake.settle(page, question);
    // Not every hub names the history of a page; the answer to `subscribe` does.
    if (intake.needsEpoch && page.epoch === undefined) this.#isSubscribed = false;
    this.#ended(isCaughtUp, page.through < page.head);
  }

  reset(frame: ResetFrame): void {
    const { intake, owner } = this.#options;
    const question = this.#page?.question;
    if (question !== undefined && intake.reset(frame, question)) owner.wasReset();
    this.#ended(false, true);
  }

  refused(frame: ErrorFrame): void {
    // An error without id comes from a function that broke before it had read the id.
    const isOurs = this.isAnswer(frame.id) || (frame.id === undefined && this.#page !== undefined);
    if (isOurs) this.#recover(frame);
    else this.#options.owner.report(refusalOf(frame));
  }

  /** Asks for nothing more, also if the handler is waited for just now. */
  stop(): void {
    this.#timers.stop();
    this.#isStopped = true;
  }

  #recover(frame: ErrorFrame): void {
    const { owner, surroundings } = this.#options;
    this.#page = undefined;
    this.#timers.clear('answer');
    switch (remedyFor(frame.code)) {
      case 'subscribe':
        this.#isSubscribed = false;
        this.ask();
        break;
      case 'wait':
        this.#wait((frame.retryAfterSeconds ?? 1) * 1000 + surroundings.random() * 1000, 'rate-limited');
        break;
      case 'resume':
        this.#isSubscribed = false;
        this.#wait(this.#backoff.next(), 'subscription-paused');
        break;
      case 'token':
        owner.ended('token-refused');
        break;
      case 'give-up':
        owner.refused(refusalOf(frame));
        break;
      case 'retry':
        owner.report(refusalOf(frame));
        this.#wait(this.#backoff.next(), 'hub-failed');
        break;
    }
  }

  #ended(isCaughtUp: boolean, isMore: boolean): void {
    const { owner, surroundings } = this.#options;
    this.#page = undefined;
    this.#timers.clear('answer');
    if (isCaughtUp) {
      this.#idleRounds = 0;
      this.#backoff.reset();
      const heartbeat = this.#heartbeatSeconds * 1000 * (1 - HEARTBEAT_JITTER * surroundings.random());
      this.#timers.set('next', heartbeat, () => this.ask());
      owner.caughtUp();
      return;
    }
    if (isMore) owner.more();
    if (this.#idleRounds >= IDLE_ROUNDS) this.#wait(this.#backoff.next());
    else this.#askWhenDrained();
  }

  #wait(milliseconds: number, reason?: StatusReason): void {
    this.#isWaiting = true;
    this.#timers.set('next', milliseconds, () => this.#goOn());
    if (reason !== undefined) this.#options.owner.heldUp(reason, milliseconds);
  }

  #askWhenDrained(): void {
    this.#isWaiting = true;
    this.#options.intake.whenDrained(() => this.#goOn());
  }

  #goOn(): void {
    this.#isWaiting = false;
    this.ask();
  }

  #subscribeFrame(question: Question): object {
    const { wish } = this.#options;
    return { action: 'subscribe', ...wish, ...('filter' in wish && cursorOf(question)) };
  }
}

const cursorOf = ({ start }: Question): object =>
  start === undefined ? {} : { cursor: start === 'oldest' ? { sequence: 0 } : start };

const isSame = (one: Start | undefined, other: Start | undefined): boolean =>
  typeof one === 'object' && typeof other === 'object'
    ? one.sequence === other.sequence && one.epoch === other.epoch
    : one === other;
