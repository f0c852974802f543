import type { TenantId } from '@tidings/contracts';
import { readRing } from '../../lambdas/adapters/sqs/doorbell.ts';
import type { ShardNews } from '../../lambdas/core/ports/shard-doorbell.ts';
import { Queue, type QueuedMessage } from './queues.ts';
import type { World } from './world.ts';

/** Times that a message is delivered before a queue sets it aside. */
export const MAX_RECEIVES = 5;

/** Something that could not be dealt with, and why. */
export interface DeadLetter {
  readonly body: string;
  /** A code of the hub, or `redrive` if the queue gave up. */
  readonly reason: string;
}

/** The hub's queues, as `lib/` makes them. */
export class HubQueues {
  readonly intake: Queue;
  readonly doorbell: Queue;
  readonly deadLetters: DeadLetter[] = [];
  /** Tenants for whom the doorbell rang in vain, for all of their sockets or for a shard. */
  readonly unheard = new Set<string>();

  constructor(world: World) {
    this.intake = new Queue(world, {
      name: 'intake',
      isFifo: false,
      visibilitySeconds: 180,
      batch: 10,
      maxReceives: MAX_RECEIVES,
      handle: (messages, done) => world.hub.store(messages, done),
      onDead: ({ body }: QueuedMessage) => this.bury(body, 'redrive'),
    });
    this.doorbell = new Queue(world, {
      name: 'doorbell',
      isFifo: true,
      visibilitySeconds: 60,
      batch: 10,
      maxReceives: MAX_RECEIVES,
      handle: (messages, done) => world.hub.fanOut(messages, done),
      onDead: ({ body }: QueuedMessage) => this.unheard.add(readRing(body).tenant),
    });
  }

  get isEmpty(): boolean {
    return this.intake.size === 0 && this.doorbell.size === 0;
  }

  ring(tenant: TenantId, deduplicationId: string): void {
    this.doorbell.send(JSON.stringify({ tenant }), tenant, deduplicationId);
  }

  ringShard(tenant: TenantId, shard: number, { since, head }: ShardNews, deduplicationId: string): void {
    const body = JSON.stringify({ tenant, shard, since, ...head });
    this.doorbell.send(body, `${tenant} ${shard}`, deduplicationId);
  }

  bury(body: string, reason: string): void {
    this.deadLetters.push({ body, reason });
  }
}
