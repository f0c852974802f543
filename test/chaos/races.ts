import { createDelivery, type Socket, type SocketEvents } from '@tidings/client';
import {
  asEventId,
  asSequence,
  asTenantId,
  compileFilter,
  type Filter,
  type ProducedEvent,
  type TenantId,
} from '@tidings/contracts';
import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import { fanOut } from '../../lambdas/core/fan-out.ts';
import { isInAudience, type Recipient } from '../../lambdas/core/identity.ts';
import { disconnect, type OpenSocket } from '../../lambdas/core/open-socket.ts';
import type { PostOutcome } from '../../lambdas/core/ports/outbound.ts';
import { receive } from '../../lambdas/core/serve-socket.ts';
import type { Random } from '../acceptance/random.ts';
import { ONE_RUN, ringShards, UNLIMITED } from '../unlimited.ts';
import { Turns } from './turns.ts';

const TENANT: TenantId = asTenantId('tenant');
const RECIPIENT: Recipient = {
  tenant: TENANT,
  subject: 'u1',
  organizations: ['o1'],
  roles: [],
  expiresAt: 4e9,
  mayRead: true,
};
const TYPES = ['bank.transaction:created@v1', 'community.member:left@v1'] as const;
const FILTERS: readonly Filter[] = [{}, { types: ['bank.*'] }, { actions: ['left'] }];
/** Calls of ports while one message is served, at most: a cut falls before one of them. */
const CALLS = 8;
const MOST_STEPS = 20_000;
/** Who waits for longer waits for a heartbeat. Back-off, recording and silence take less. */
const HEARTBEAT_MILLISECONDS = 100_000;

/** What a race came to. */
export interface RaceResult {
  /** What was wrong; empty if nothing. */
  readonly violations: readonly string[];
  /** What the hub was about to do when a socket was cut. */
  readonly cutBefore: readonly string[];
  /** Steps that were scheduled. */
  readonly steps: number;
}

/** A socket as the gateway and both of its ends have it. */
interface OpenedSocket {
  readonly id: string;
  readonly connectedAt: Date;
  readonly events: SocketEvents;
  /** Neither end hears the other any more, whether or not they know. */
  isCut: boolean;
  /** Posts that seem to arrive after the cut: the gateway does not know of it yet. */
  lingers: number;
  /** The message, and the call within it, before which the socket is cut. */
  cutAt: { readonly message: number; readonly call: number } | undefined;
  messages: number;
}

/**
 * One race: a client replays and joins the live events, while events are recorded and delivered, and its sockets are cut
 * while they are served: mostly within the answer to `subscribe`, between any two calls that the hub makes of the world.
 * Production core and production client; one seed decides the order of everything.
 */
export async function race(random: Random): Promise<RaceResult> {
  const turns = new Turns(random.fork(), ['', 'fan-out', 'socket', 'record']);
  const surroundings = {
    now: () => new Date(turns.now),
    random: () => random.next(),
    uniqueId: () => `id-${random.below(2 ** 31)}`,
    pause: (milliseconds: number) => turns.pause(milliseconds),
  };
  const log = createMemoryEventLog(surroundings);
  const registry = createMemoryConnectionRegistry();
  const subscriptions = createMemorySubscriptions();
  const sockets = new Map<string, OpenedSocket>();
  const cutBefore: string[] = [];
  let cutsLeft = 1 + random.below(3);
  let roundsLeft = 2 + random.below(4);

  const cut = (socket: OpenedSocket, before: string): void => {
    if (socket.isCut) return;
    socket.isCut = true;
    cutsLeft -= 1;
    cutBefore.push(before);
    turns.later(() => socket.events.closed(1006, ''));
    if (random.chance(0.5)) turns.later(() => void disconnect(openSocketOf(socket), { ...UNLIMITED, registry }));
  };

  const post = async (id: string, text: string): Promise<PostOutcome> => {
    const socket = sockets.get(id);
    if (socket === undefined) return 'gone';
    if (!socket.isCut) {
      turns.inOrder(id, () => socket.isCut || socket.events.received(text));
      return 'delivered';
    }
    socket.lingers -= 1;
    if (socket.lingers >= 0) return 'delivered';
    return random.chance(0.7) ? 'gone' : 'failed';
  };

  /** Ports whose every call takes its turn, before and after. */
  const ports = (lane: string, before: (call: string) => void) => {
    const taken = <Port extends object>(name: string, port: Port): Port =>
      new Proxy(port, {
        get:
          (target, property) =>
          async (...input: unknown[]) => {
            before(`${name}.${String(property)}`);
            await turns.take(lane);
            const method = Reflect.get(target, property) as (...input: readonly unknown[]) => unknown;
            const output = await method.apply(target, input);
            await turns.take(lane);
            return output;
          },
      });
    return {
      log: taken('log', log),
      registry: taken('registry', registry),
      subscriptions: taken('subscriptions', subscriptions),
      poster: {
        async post(id: string, text: string) {
          before(`post ${(JSON.parse(text) as { type: string }).type}`);
          await turns.take(lane);
          const outcome = await post(id, text);
          await turns.take(lane);
          return outcome;
        },
      },
      ...UNLIMITED,
      isBroadcast: () => true,
      surroundings,
      apiUrl: 'https://api',
      verifier: { verify: () => Promise.reject(new Error('Expected no token to be sent')) },
      readScope: 'events:read',
      onRegistryFailure: () => undefined,
      doorbell: { ring: async () => ring(), ringShards },
      scale: ONE_RUN,
    };
  };

  const fanOutPorts = ports('fan-out', () => undefined);
  const patience = { mayBeginRound: () => true, mayPost: () => true };
  let fanningOut = Promise.resolve();
  const ring = (): void => {
    fanningOut = fanningOut.then(async () => void (await fanOut(TENANT, patience, fanOutPorts)));
  };

  const serve = async (socket: OpenedSocket, text: string): Promise<void> => {
    const message = socket.messages;
    socket.messages += 1;
    let call = 0;
    const before = (name: string): void => {
      const { cutAt } = socket;
      if (cutAt?.message === message && cutAt.call === call) cut(socket, name);
      call += 1;
      if (roundsLeft > 0 && random.chance(0.2)) {
        roundsLeft -= 1;
        turns.later(() => void record(1 + random.below(3)), 'record');
      }
    };
    await receive(openSocketOf(socket), text, ports('socket', before));
    if (socket.cutAt?.message === message && socket.cutAt.call >= call) cut(socket, 'the end');
  };

  const openSocket = (_url: string, _protocols: readonly string[], events: SocketEvents): Socket => {
    const wantsCut = cutsLeft > 0;
    const isEarly = random.chance(0.8);
    const cutAt = wantsCut ? { message: isEarly ? 0 : 1, call: random.below(CALLS) } : undefined;
    const id = `socket-${sockets.size}`;
    const lingers = random.below(3);
    const socket = { id, connectedAt: new Date(turns.now), events, isCut: false, lingers, cutAt, messages: 0 };
    sockets.set(id, socket);
    turns.later(() => events.opened());
    return {
      send: (text) => turns.later(() => void (socket.isCut || serve(socket, text))),
      close() {
        socket.isCut = true;
      },
    };
  };

  const recorded: ProducedEvent[] = [];
  let recordingNow = Promise.resolve();
  /** One after the other: who else commits is not what is raced for here. */
  const record = (count: number): Promise<void> => {
    recordingNow = recordingNow.then(() => commit(count));
    return recordingNow;
  };
  const commit = async (count: number): Promise<void> => {
    const events = Array.from({ length: count }, () => {
      const id = asEventId(`event-${recorded.length}`);
      const type = random.pick(TYPES);
      const organizations = random.chance(0.3) ? [random.pick(['o1', 'o2'])] : undefined;
      const event = {
        specversion: '1.0',
        id,
        source: 's',
        type,
        tenantid: TENANT,
        data: {},
      } as unknown as ProducedEvent;
      recorded.push({ ...event, ...(organizations && { organizationids: organizations.join(',') }) });
      return { json: JSON.stringify(event), header: { id, type, ...(organizations && { organizations }) } };
    });
    const expected = await log.head(TENANT);
    const recordedAt = surroundings.now();
    const { kind } = await log.commit({
      tenant: TENANT,
      expected,
      newEpoch: 'epoch',
      events,
      recordedAt,
      expiresAt: 4e9,
    });
    if (kind !== 'committed') throw new Error(`Expected the only committer to commit, found ${kind}`);
    ring();
  };

  // What there is before the client comes; it may have been delivered, or be on its way.
  for (let rounds = random.below(3); rounds > 0; rounds -= 1) await record(1 + random.below(4));
  const past = recorded.length;
  const hasCursor = past > 0 && random.chance(0.5);
  const begin = hasCursor ? random.below(past + 1) : 0;
  const filter = random.pick(FILTERS);
  const strict = random.chance(0.5);
  const delivered: number[] = [];
  const violations: string[] = [];
  const { epoch } = await log.head(TENANT);
  const delivery = createDelivery({
    url: 'wss://hub',
    token: () => 'token',
    filter,
    strict,
    cursor: hasCursor ? { epoch, sequence: asSequence(begin) } : 'oldest',
    onEvent: ({ sequence }) => delivered.push(Number(sequence)),
    onReset: (reset) => violations.push(`reset, though no history is gone: ${JSON.stringify(reset)}`),
    onError: ({ message }) => violations.push(`error: ${message}`),
    surroundings: {
      now: () => turns.now,
      random: () => random.next(),
      schedule: (milliseconds, call) => turns.schedule(milliseconds, call),
      openSocket,
    },
  });
  let isRecording = true;
  const recording = (async () => {
    // Some are recorded while sockets are served; see `serve`.
    while (roundsLeft > 0) {
      if (random.chance(0.6)) await turns.pause(random.below(1500));
      for (let waits = random.below(12); waits > 0; waits -= 1) await turns.take('record');
      if (roundsLeft > 0) await record(1 + random.below(3));
      roundsLeft -= 1;
    }
    await recordingNow;
    isRecording = false;
  })();

  const wants = compileFilter(filter);
  const isExpected = ({ type, organizationids }: ProducedEvent): boolean => {
    const organizations = organizationids?.split(',');
    return wants({ type, organizations }) && isInAudience(RECIPIENT, { organizations });
  };
  const compare = (when: string): void => {
    const expected = recorded.flatMap((event, index) => (index >= begin && isExpected(event) ? [index + 1] : []));
    const found = strict ? delivered : delivered.toSorted((a, b) => a - b);
    if (found.join() === expected.join()) return;
    violations.push(`${when}: was given ${delivered.join().slice(0, 500)}, expected ${expected.join()}`);
  };
  // A heartbeat may tell that nothing else was for this client. It must not be what brings an event: `subscribed` has
  // promised that everything after its head is delivered.
  turns.onLeap = (milliseconds) => {
    if (milliseconds > HEARTBEAT_MILLISECONDS && !isRecording) compare('before the next heartbeat');
  };

  const isDone = (): boolean =>
    !isRecording && delivery.cursor?.sequence === recorded.length && delivery.state === 'live' && turns.isIdle;
  const isFinished = await turns.run(isDone, MOST_STEPS);
  if (!isFinished) {
    violations.push(`not at the head, ${recorded.length}, but ${delivery.state} at ${delivery.cursor?.sequence}`);
  } else {
    await recording;
    await fanningOut;
  }
  compare('at the end');
  void delivery.close();
  return { violations, cutBefore, steps: turns.steps };
}

const openSocketOf = ({ id, connectedAt }: OpenedSocket): OpenSocket => ({
  connectionId: id,
  connectedAt,
  recipient: RECIPIENT,
});
