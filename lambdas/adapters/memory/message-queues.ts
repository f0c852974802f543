import type { EntryProblem, MessageQueues, Outgoing, QueueMessage } from '../../core/ports/message-queues.ts';

interface Held {
  message: QueueMessage;
  isVisible: boolean;
}

/**
 * Queues in memory, for tests: what is received is invisible until it is given back, and so is the rest of its message group.
 * Everything can be watched and made to fail.
 */
export class FakeQueues implements MessageQueues {
  readonly #queues = new Map<string, Held[]>();
  #count = 0;
  /** What was asked, in order, such as `send`. */
  readonly asked: string[] = [];
  /** Called before each request; may throw. */
  before: (action: string) => void = () => undefined;
  /** Called with what was sent. */
  onSent: (url: string, message: Outgoing) => void = () => undefined;
  sendProblem: (message: Outgoing) => EntryProblem = () => undefined;
  removeProblem: () => EntryProblem = () => undefined;

  put(url: string, ...messages: readonly Partial<QueueMessage>[]): void {
    for (const message of messages) {
      this.#count += 1;
      const whole: QueueMessage = {
        id: `m${this.#count}`,
        receipt: '',
        body: `{"number":${this.#count}}`,
        sentAt: new Date('2026-01-31T09:30:00Z'),
        groupId: undefined,
        attributes: {},
        ...message,
      };
      this.#of(url).push({ message: whole, isVisible: true });
    }
  }

  /** The bodies in a queue, those that are held included. */
  bodies(url: string): readonly string[] {
    return this.#of(url).map(({ message }) => message.body);
  }

  /** How many of a queue can be received. */
  visible(url: string): number {
    return this.#of(url).filter(({ isVisible }) => isVisible).length;
  }

  /** As when the visibility of everything ends. */
  showAll(url: string): void {
    for (const held of this.#of(url)) held.isVisible = true;
  }

  async depth(url: string) {
    this.#ask('depth');
    return { messages: this.visible(url), inFlight: this.#of(url).length - this.visible(url) };
  }

  async receive(url: string): Promise<readonly QueueMessage[]> {
    this.#ask('receive');
    const locked = new Set(
      this.#of(url).flatMap(({ isVisible, message: { groupId } }) => (isVisible || !groupId ? [] : [groupId])),
    );
    const found = this.#of(url)
      .filter(({ isVisible, message: { groupId = '' } }) => isVisible && !locked.has(groupId))
      .slice(0, 10);
    return found.map((held) => {
      this.#count += 1;
      held.isVisible = false;
      held.message = { ...held.message, receipt: `r${this.#count}` };
      return held.message;
    });
  }

  async send(url: string, messages: readonly Outgoing[]): Promise<readonly EntryProblem[]> {
    this.#ask('send');
    return messages.map((message) => {
      const problem = this.sendProblem(message);
      if (problem === undefined) {
        this.put(url, { body: message.body, groupId: message.fifo?.groupId, sentAt: new Date() });
        this.onSent(url, message);
      }
      return problem;
    });
  }

  async remove(url: string, receipts: readonly string[]): Promise<readonly EntryProblem[]> {
    this.#ask('remove');
    return receipts.map((receipt) => {
      const problem = this.removeProblem();
      const queue = this.#of(url);
      const at = queue.findIndex(({ message }) => message.receipt === receipt);
      if (problem === undefined && at >= 0) queue.splice(at, 1);
      return problem;
    });
  }

  async giveBack(url: string, receipts: readonly string[]): Promise<readonly EntryProblem[]> {
    this.#ask('giveBack');
    for (const held of this.#of(url)) if (receipts.includes(held.message.receipt)) held.isVisible = true;
    return receipts.map(() => undefined);
  }

  #of(url: string): Held[] {
    const queue = this.#queues.get(url) ?? [];
    this.#queues.set(url, queue);
    return queue;
  }

  #ask(action: string): void {
    this.asked.push(action);
    this.before(action);
  }
}
