import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers';
import type { Faults } from './faults.ts';
import { AwsError } from './sandbox-error.ts';
import type { Change } from './sqs-journal.ts';
import { checkOutgoing, invalid, type Message, md5OfBody, type Outgoing, sizeOf } from './sqs-message.ts';

/** Source: SQS developer guide, "Exactly-once processing in Amazon SQS". */
const DEDUPLICATION_MILLISECONDS = 5 * 60 * 1000;
const RECEIPT = /^([0-9a-f-]{36})\/[0-9a-f-]{36}$/;

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicatesPerGroup: boolean;
  /** Seconds. */
  readonly delay: number;
  readonly visibilityTimeout: number;
  readonly retention: number;
  readonly waitTime: number;
  /** Bytes. */
  readonly maximumSize: number;
  readonly redrive?: { readonly to: () => Queue; readonly maxReceiveCount: number };
}

export interface ReceiveOptions {
  readonly max: number;
  /** Seconds. */
  readonly visibilityTimeout?: number | undefined;
  readonly waitTime?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One queue. What happens to it is a {@link Change}, recorded first and then applied, when live as when read back. */
export class Queue {
  readonly settings: QueueSettings;
  readonly #record: (change: Change) => void;
  readonly #faults: Faults;
  readonly #messages = new Map<string, Message>();
  readonly #sent = new Map<string, { readonly id: string; readonly sequenceNumber: string; readonly at: number }>();
  readonly #waiting = new Set<() => void>();
  #lastSequence = 0n;

  constructor(settings: QueueSettings, record: (change: Change) => void, faults: Faults) {
    this.settings = settings;
    this.#record = record;
    this.#faults = faults;
  }

  /** @throws AwsError */
  send(outgoing: Outgoing): { readonly id: string; readonly sequenceNumber?: string } {
    const { settings } = this;
    checkOutgoing(outgoing);
    if (sizeOf(outgoing) > settings.maximumSize) {
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maximumSize} bytes.`,
      );
    }
    const now = Date.now();
    const visibleAt = now + (outgoing.delaySeconds ?? settings.delay) * 1000;
    const { body, attributes, groupId } = outgoing;
    const message = { id: randomUUID(), body, attributes, sentAt: now, visibleAt, receiveCount: 0 };
    if (!settings.fifo) {
      this.#change({
        op: 'add',
        queue: settings.name,
        message: { ...message, ...(groupId !== undefined && { groupId }) },
      });
      return { id: message.id };
    }
    if (groupId === undefined)
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
    const deduplicationId =
      outgoing.deduplicationId ?? (settings.contentBasedDeduplication ? md5OfBody(body) : undefined);
    if (deduplicationId === undefined) {
      throw invalid(
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    }
    const key = JSON.stringify(settings.deduplicatesPerGroup ? [groupId, deduplicationId] : [deduplicationId]);
    const earlier = this.#sent.get(key);
    if (earlier !== undefined && earlier.at > now - DEDUPLICATION_MILLISECONDS) return earlier;
    const sequenceNumber = this.#nextSequence(now);
    this.#change({
      op: 'add',
      queue: settings.name,
      message: { ...message, groupId, deduplicationId, sequenceNumber },
    });
    this.#change({ op: 'deduplicate', queue: settings.name, key, id: message.id, sequenceNumber, at: now });
    return { id: message.id, sequenceNumber };
  }

  /** Waits until there is something, or the time is over, or the caller has gone. */
  async receive({ max, visibilityTimeout, waitTime, signal }: ReceiveOptions): Promise<readonly Message[]> {
    const until = Date.now() + (waitTime ?? this.settings.waitTime) * 1000;
    for (;;) {
      if (signal?.aborted) return [];
      const messages = this.#take(max, (visibilityTimeout ?? this.settings.visibilityTimeout) * 1000);
      if (messages.length > 0 || Date.now() >= until) return messages;
      await this.#news(until, signal);
    }
  }

  /** A receipt that is not the last one deletes nothing, unless the queue is FIFO: that one says so. */
  delete(receipt: string): void {
    const message = this.#received(receipt);
    if (message === undefined) return;
    if (this.settings.fifo && message.visibleAt <= Date.now()) {
      throw invalid(`Value ${receipt} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`);
    }
    this.#change({ op: 'remove', queue: this.settings.name, id: message.id });
  }

  /** @throws AwsError `MessageNotInflight` */
  changeVisibility(receipt: string, seconds: number): void {
    const message = this.#received(receipt);
    if (message === undefined || message.visibleAt <= Date.now()) {
      throw new AwsError(
        'MessageNotInflight',
        'The message referred to is not in flight.',
        400,
        'AWS.SimpleQueueService.MessageNotInflight',
      );
    }
    this.#change({ op: 'hide', queue: this.settings.name, id: message.id, visibleAt: Date.now() + seconds * 1000 });
  }

  purge(): void {
    for (const id of [...this.#messages.keys()]) this.#change({ op: 'remove', queue: this.settings.name, id });
  }

  /** Takes over a message that another queue has given up on, with its id and its time. */
  accept(message: Message): void {
    const { receipt: _receipt, firstReceivedAt: _first, ...rest } = message;
    this.#change({
      op: 'add',
      queue: this.settings.name,
      message: { ...rest, visibleAt: Date.now(), receiveCount: 0 },
    });
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const hidden = [...this.#messages.values()].filter(({ visibleAt }) => visibleAt > Date.now());
    const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible: this.#messages.size - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  /** Applies a change that has been recorded. */
  apply(change: Change): void {
    if (change.op === 'add') {
      this.#messages.set(change.message.id, change.message);
      this.#raiseSequence(change.message.sequenceNumber);
    } else if (change.op === 'deduplicate') {
      this.#sent.set(change.key, change);
      this.#raiseSequence(change.sequenceNumber);
    } else if (change.op === 'remove') {
      this.#messages.delete(change.id);
    } else {
      const message = this.#messages.get(change.id);
      if (message !== undefined) this.#messages.set(change.id, changed(message, change));
    }
    for (const wake of [...this.#waiting]) wake();
  }

  /** The changes that would make this queue from an empty one. */
  snapshot(): readonly Change[] {
    const queue = this.settings.name;
    const expired = Date.now() - DEDUPLICATION_MILLISECONDS;
    for (const [key, { at }] of this.#sent) if (at <= expired) this.#sent.delete(key);
    return [
      ...[...this.#messages.values()].map((message): Change => ({ op: 'add', queue, message })),
      ...[...this.#sent].map(([key, sent]): Change => ({ ...sent, op: 'deduplicate', queue, key })),
    ];
  }

  #take(max: number, visibility: number): readonly Message[] {
    const taken: Message[] = [];
    const duplicates = !this.settings.fifo && this.#faults.strikes('duplicate-message');
    for (const { id, receiveCount } of this.#candidates()) {
      if (taken.length === max) break;
      const { redrive, name } = this.settings;
      const message = this.#messages.get(id);
      if (message === undefined) continue;
      if (redrive !== undefined && receiveCount >= redrive.maxReceiveCount) {
        // Into the dead-letter queue first: a crash in between leaves the message in two queues, and never in none.
        redrive.to().accept(message);
        this.#change({ op: 'remove', queue: name, id });
        continue;
      }
      const at = Date.now();
      const visibleAt = duplicates ? at : at + visibility;
      this.#change({ op: 'receive', queue: name, id, receipt: `${id}/${randomUUID()}`, at, visibleAt });
      taken.push(this.#messages.get(id) ?? message);
    }
    return taken;
  }

  /** Messages that may be received now. Of a FIFO queue's group: none while one of it is in flight. */
  #candidates(): readonly Message[] {
    const now = Date.now();
    const candidates: Message[] = [];
    const blocked = new Set<string>();
    for (const message of this.#messages.values()) {
      if (message.sentAt + this.settings.retention * 1000 <= now) {
        this.#change({ op: 'remove', queue: this.settings.name, id: message.id });
      } else if (message.visibleAt > now) {
        if (this.settings.fifo && message.groupId !== undefined) blocked.add(message.groupId);
      } else {
        candidates.push(message);
      }
    }
    if (this.settings.fifo) return candidates.filter(({ groupId }) => groupId === undefined || !blocked.has(groupId));
    return this.#faults.strikes('reordered-messages') ? this.#shuffle(candidates) : candidates;
  }

  #shuffle(messages: Message[]): readonly Message[] {
    for (let last = messages.length - 1; last > 0; last -= 1) {
      const other = this.#faults.choose('reordered-messages', last + 1);
      const [a, b] = [messages[last], messages[other]];
      if (a !== undefined && b !== undefined) [messages[last], messages[other]] = [b, a];
    }
    return messages;
  }

  /** Resolves when something has changed, or the next hidden message comes back, or at the latest at `until`. */
  #news(until: number, signal: AbortSignal | undefined): Promise<void> {
    const now = Date.now();
    let next = until;
    for (const { visibleAt } of this.#messages.values()) if (visibleAt > now) next = Math.min(next, visibleAt);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, next - now));
      this.#waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }

  #received(receipt: string): Message | undefined {
    const id = RECEIPT.exec(receipt)?.[1];
    if (id === undefined)
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receipt}" is not a valid receipt handle.`,
      );
    const message = this.#messages.get(id);
    return message?.receipt === receipt ? message : undefined;
  }

  #change(change: Change): void {
    this.#record(change);
    this.apply(change);
  }

  #nextSequence(now: number): string {
    const fromClock = BigInt(now) * 1_000_000n;
    const next = fromClock > this.#lastSequence ? fromClock : this.#lastSequence + 1n;
    return String(next).padStart(20, '0');
  }

  #raiseSequence(sequenceNumber: string | undefined): void {
    const value = BigInt(sequenceNumber ?? 0);
    if (value > this.#lastSequence) this.#lastSequence = value;
  }
}

function changed(message: Message, change: Extract<Change, { op: 'receive' | 'hide' }>): Message {
  if (change.op === 'hide') return { ...message, visibleAt: change.visibleAt };
  const { at, receipt, visibleAt } = change;
  const firstReceivedAt = message.firstReceivedAt ?? at;
  return { ...message, receiveCount: message.receiveCount + 1, firstReceivedAt, receipt, visibleAt };
}
