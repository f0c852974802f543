import {
  type Cursor,
  type HubFrame,
  type RecordedEvent,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
} from '@tidings/contracts';
import type { StatusReason } from './connection.ts';
import { DeliveryError, refusalOf } from './delivery-error.ts';
import { parseHubFrame } from './frames.ts';
import type { Intake } from './intake.ts';
import { Paging, type Wish } from './paging.ts';
import type { Socket, Surroundings } from './surroundings.ts';
import { Timers } from './timers.ts';
import type { Timing } from './timing.ts';
import { TokenRenewal } from './token-renewal.ts';

/** Who has links, and hears how they fare. */
export interface LinkOwner {
  subscribed(link: Link): void;
  /** A page was the last for now. */
  caughtUp(link: Link): void;
  more(link: Link): void;
  heldUp(link: Link, reason: StatusReason, retryMilliseconds?: number): void;
  /** History was cut: what other links still bring may be of another. */
  wasReset(link: Link): void;
  /** It has ended by itself. */
  lost(link: Link, reason: StatusReason): void;
  /** It works, but cannot be renewed. */
  needsReplacement(link: Link): void;
  refused(error: DeliveryError): void;
  report(error: DeliveryError): void;
  /** Where the durable subscription stands. */
  acknowledged(cursor: Cursor): void;
  getToken(succeeded: (token: string) => void, failed: () => void): void;
}

export interface LinkOptions {
  readonly url: string;
  readonly token: string;
  readonly wish: Wish;
  readonly intake: Intake;
  readonly owner: LinkOwner;
  readonly surroundings: Surroundings;
  readonly timing: Timing;
}

/** The life of one socket. It ends once; another link takes its place. */
export class Link {
  readonly #options: LinkOptions;
  readonly #timers: Timers<'open'>;
  readonly #paging: Paging;
  readonly #renewal: TokenRenewal;
  #socket: Socket | undefined;
  #phase: 'opening' | 'open' | 'ended' = 'opening';
  #requests = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { wish, intake, owner, surroundings, timing } = options;
    this.#timers = new Timers(surroundings);
    this.#paging = new Paging({
      wish,
      intake,
      surroundings,
      timing,
      send: (frame) => this.#send(frame),
      owner: {
        subscribed: ({ cursor }) => {
          if (cursor !== undefined) owner.acknowledged(cursor);
          owner.subscribed(this);
        },
        caughtUp: () => owner.caughtUp(this),
        more: () => owner.more(this),
        heldUp: (reason, milliseconds) => owner.heldUp(this, reason, milliseconds),
        wasReset: () => owner.wasReset(this),
        ended: (reason) => this.#end(reason),
        refused: (error) => owner.refused(error),
        report: (error) => owner.report(error),
      },
    });
    this.#renewal = new TokenRenewal({
      surroundings,
      timing,
      getToken: (succeeded, failed) => owner.getToken(succeeded, failed),
      send: (token) => this.#send({ action: 'token', token }),
      onSilent: () => this.#end('hub-silent'),
      onRefused: () => owner.needsReplacement(this),
    });
  }

  get isSubscribed(): boolean {
    return this.#paging.isSubscribed;
  }

  open(): void {
    const { url, token, surroundings, timing, owner } = this.#options;
    this.#timers.set('open', timing.attempt, () => this.#end('handshake-refused'));
    try {
      this.#socket = surroundings.openSocket(url, [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token}`], {
        opened: () => this.#opened(),
        received: (text) => this.#received(text),
        closed: () => this.#end(this.#phase === 'opening' ? 'handshake-refused' : 'socket-closed'),
      });
    } catch (cause) {
      owner.report(
        cause instanceof DeliveryError
          ? cause
          : new DeliveryError('SOCKET_FAILED', 'A socket could not be opened', { cause }),
      );
      this.#end('socket-failed');
    }
  }

  /** Asks for the next page, unless one is under way or must wait. */
  askPage(): void {
    if (this.#phase === 'open') this.#paging.ask();
  }

  /** @returns whether there was a way to send it */
  acknowledge(subscription: string, { epoch, sequence }: Cursor): boolean {
    if (!this.isSubscribed || this.#phase !== 'open') return false;
    this.#send({ action: 'ack', subscription, sequence, epoch });
    return true;
  }

  /** Ends it, and tells nobody. */
  close(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#timers.stop();
    this.#paging.stop();
    this.#renewal.stop();
    this.#socket?.close();
  }

  #end(reason: StatusReason): void {
    if (this.#phase === 'ended') return;
    this.close();
    this.#options.owner.lost(this, reason);
  }

  #opened(): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'open';
    this.#timers.clear('open');
    this.#renewal.begin(this.#options.token);
    this.#paging.ask();
  }

  #received(text: string): void {
    if (this.#phase !== 'open') return;
    let frame: HubFrame<RecordedEvent> | undefined;
    try {
      frame = parseHubFrame(text);
    } catch (cause) {
      const message = 'The hub sent something that is no frame';
      this.#options.owner.report(new DeliveryError('PROTOCOL_BROKEN', message, { cause }));
      this.#end('protocol-broken');
      return;
    }
    if (frame !== undefined) this.#serve(frame);
  }

  #serve(frame: HubFrame<RecordedEvent>): void {
    const { intake, owner } = this.#options;
    switch (frame.type) {
      case 'events':
        // A page without the answer that it belongs to: which history it is of, nobody has said.
        if (frame.replay && !this.isSubscribed) break;
        intake.take(frame);
        if (intake.isPageDue && this.isSubscribed) this.askPage();
        break;
      case 'subscribed':
        if (this.#paging.isAnswer(frame.id)) this.#paging.subscribed(frame);
        break;
      case 'synced':
        if (this.#paging.isAnswer(frame.id)) this.#paging.synced(frame);
        break;
      case 'reset':
        if (this.#paging.isAnswer(frame.id)) this.#paging.reset(frame);
        break;
      case 'acked':
        owner.acknowledged(frame.cursor);
        break;
      case 'renewed':
        if (this.#renewal.renewed(frame)) this.askPage();
        break;
      case 'error':
        if (this.#renewal.refused(frame)) owner.report(refusalOf(frame));
        else this.#paging.refused(frame);
        break;
    }
  }

  #send(frame: object): string {
    this.#requests += 1;
    const id = `${this.#requests}`;
    if (this.#phase === 'open') this.#socket?.send(JSON.stringify({ id, ...frame }));
    return id;
  }
}
