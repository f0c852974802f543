import { HEARTBEAT_SECONDS, type TenantId } from '@tidings/contracts';
import { type Ring, readRing, together } from '../../lambdas/adapters/sqs/doorbell.ts';
import { asRecipient } from '../../lambdas/core/authenticate.ts';
import { type FanOutPorts, fanOut } from '../../lambdas/core/fan-out.ts';
import { fanOutShard } from '../../lambdas/core/fan-out-shard.ts';
import type { Recipient } from '../../lambdas/core/identity.ts';
import { connect, disconnect, type OpenSocket } from '../../lambdas/core/open-socket.ts';
import type { SocketPoster } from '../../lambdas/core/ports/outbound.ts';
import type { ShardNews } from '../../lambdas/core/ports/shard-doorbell.ts';
import { receive, type SocketPorts } from '../../lambdas/core/serve-socket.ts';
import { storeMessages } from '../../lambdas/core/store-messages.ts';
import { UNLIMITED } from '../unlimited.ts';
import { DEFINITIONS, isBroadcast } from './catalogue.ts';
import type { Socket } from './gateway.ts';
import { MAX_RECEIVES } from './hub-queues.ts';
import { Invocation, Unkind } from './invocation.ts';
import type { QueuedMessage } from './queues.ts';
import type { World } from './world.ts';

/** Seconds after which a function is cut off; as in `lib/`. */
const TIMEOUTS = { store: 30, fanOut: 30, socket: 25, http: 15 } as const;
const REMAINING = { round: 15_000, post: 6000 } as const;
const SECONDS_PER_DAY = 86_400;

/** Clients beat as often as they are told to: often means many syncs in little time. */
const HEARTBEAT = `"heartbeatSeconds":${HEARTBEAT_SECONDS}`;

export const READ_SCOPE = 'events:read';

/** The production core as its functions run it, each run with ports that fail. */
export class Hub {
  readonly #world: World;
  #runs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** `store-events` */
  store(batch: readonly QueuedMessage[], done: (failed: ReadonlySet<string>) => void): void {
    const invocation = this.#begin('store', TIMEOUTS.store);
    const { watch, profile, queues } = this.#world;
    const ports = {
      log: invocation.port('log', watch.log(invocation)),
      definitions: DEFINITIONS,
      doorbell: invocation.port('doorbell', this.#doorbell()),
      deadLetters: invocation.port('deadLetters', {
        send: async (body: string, reason: { readonly code: string }) => queues.bury(body, reason.code),
      }),
      surroundings: invocation.surroundings,
    };
    const retention = { days: profile.retentionSeconds / SECONDS_PER_DAY };
    const messages = batch.map((message) => ({ ...message, isLastTry: message.receiveCount >= MAX_RECEIVES }));
    invocation.run(
      () => storeMessages(messages, retention, ports),
      ({ failed }) => done(new Set(failed.map(({ message }) => message.id))),
      () => {},
    );
  }

  /** `fan-out` */
  fanOut(batch: readonly QueuedMessage[], done: (failed: ReadonlySet<string>) => void): void {
    const invocation = this.#begin('fan-out', TIMEOUTS.fanOut);
    const { tenant, shard } = ringOf(batch);
    const ports: FanOutPorts = {
      ...this.#ports(invocation),
      doorbell: invocation.port('doorbell', this.#doorbell()),
      // A mark that could not be made is a socket that has missed something and is not known to have.
      onRegistryFailure: (id: string) => this.#world.watch.markFailed(invocation, id),
      scale: { ...this.#world.profile.scale, postsPerSecond: 10_000 },
    };
    const patience = {
      mayBeginRound: () => invocation.remainingMilliseconds() > REMAINING.round,
      mayPost: () => invocation.remainingMilliseconds() > REMAINING.post,
    };
    invocation.run(
      () =>
        shard === undefined
          ? fanOut(tenant, patience, ports)
          : fanOutShard(tenant, shard.index, shard, patience, ports),
      () => {
        this.#world.watch.fanOutEnded(invocation, tenant);
        done(new Set());
      },
      () => done(new Set(batch.map(({ id }) => id))),
    );
  }

  /** The authorizer and `$connect`. */
  connect(socket: Socket, done: (isLetIn: boolean) => void): void {
    const invocation = this.#begin('connect', TIMEOUTS.socket);
    const ports = this.#ports(invocation);
    const open = async (): Promise<void> => {
      const recipient = asRecipient(await ports.verifier.verify(socket.token), READ_SCOPE);
      this.#world.admitted.set(socket.id, recipient);
      await connect({ ...openSocket(socket, recipient), recipient }, socket.types, ports);
    };
    invocation.run(
      open,
      () => done(true),
      () => done(false),
    );
    // API Gateway does not wait for longer than for its functions.
    this.#world.scheduler.after(TIMEOUTS.socket * 1000, socket, 'connect timeout', () => done(false));
  }

  disconnect(socket: Socket): void {
    const invocation = this.#begin('disconnect', TIMEOUTS.socket);
    const open = openSocket(socket, this.#world.admitted.get(socket.id));
    const work = () => disconnect(open, this.#ports(invocation));
    invocation.run(
      work,
      () => {},
      () => {},
    );
  }

  receive(socket: Socket, text: string): void {
    const invocation = this.#begin('socket', TIMEOUTS.socket);
    this.#world.watch.asked(invocation, text);
    const open = openSocket(socket, this.#world.admitted.get(socket.id));
    invocation.run(
      () => receive(open, text, this.#ports(invocation)),
      () => {},
      () => {},
    );
  }

  /** A request to the HTTP API: what it does with its ports, and what becomes of it. */
  http<Answer>(
    work: (ports: SocketPorts) => Promise<Answer>,
    done: (answer: { readonly value: Answer } | { readonly cause: unknown }) => void,
  ): Invocation {
    const invocation = this.#begin('http', TIMEOUTS.http);
    invocation.run(
      () => work(this.#ports(invocation)),
      (value) => done({ value }),
      (cause) => done({ cause }),
    );
    return invocation;
  }

  #begin(kind: string, timeout: number): Invocation {
    this.#runs += 1;
    return new Invocation(this.#world, `${kind}-${this.#runs}`, timeout);
  }

  #ports(invocation: Invocation) {
    const { watch, tokens } = this.#world;
    return {
      log: invocation.port('log', watch.log(invocation)),
      registry: invocation.port('registry', watch.registry(invocation)),
      subscriptions: invocation.port('subscriptions', watch.subscriptions()),
      poster: this.#poster(invocation),
      verifier: invocation.port('verifier', {
        verify: async (token: string) => tokens.verify(token, invocation.clock()),
      }),
      surroundings: invocation.surroundings,
      ...UNLIMITED,
      isBroadcast,
      readScope: READ_SCOPE,
      apiUrl: 'https://api',
    };
  }

  #poster(invocation: Invocation): SocketPoster {
    const { watch, gateway, profile } = this.#world;
    const { post } = invocation.port(
      'poster',
      {
        post: async (id: string, text: string) => {
          watch.posting(invocation, id, text);
          const beating = text.replace(HEARTBEAT, `"heartbeatSeconds":${profile.heartbeatSeconds}`);
          const outcome = await gateway.post(invocation, id, beating);
          watch.posted(invocation, id, outcome);
          return outcome;
        },
      },
      false,
    );
    return {
      post(id, text) {
        watch.asking(invocation, id, text);
        return post(id, text);
      },
    };
  }

  #doorbell() {
    return {
      ring: async (tenant: TenantId, head: { epoch: string; sequence: number }, occasion = '') => {
        this.#world.queues.ring(tenant, `${head.epoch} ${head.sequence} ${occasion}`);
      },
      ringShards: async (tenant: TenantId, news: ShardNews, shards: readonly number[], occasion = '') => {
        const { epoch, sequence } = news.head;
        for (const shard of shards) {
          // Of a batch, some may fail: then all are rung again, or by who comes next.
          if (this.#world.chance(this.#world.faults.loseRing)) throw new Unkind('some shards were not told');
          this.#world.queues.ringShard(tenant, shard, news, `${epoch} ${sequence} ${occasion}`);
        }
      },
    };
  }
}

/** A batch is of one message group. */
function ringOf(batch: readonly QueuedMessage[]): Ring {
  const [first, ...rest] = batch.map(({ body }) => readRing(body));
  if (first === undefined) throw new Error('Expected a batch with a message');
  return together([first, ...rest]);
}

const openSocket = ({ id, connectedAt }: Socket, recipient: Recipient | undefined): OpenSocket => ({
  connectionId: id,
  recipient,
  connectedAt: new Date(connectedAt),
});
