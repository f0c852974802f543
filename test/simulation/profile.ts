import type { Random } from '../property/random.ts';

/** How likely each kind of failure is, each time that it could happen. */
export interface Faults {
  /** An invocation dies, at an await. */
  readonly kill: number;
  /** A port throws and has done nothing. */
  readonly refuse: number;
  /** A port has done its work and throws all the same. */
  readonly loseAnswer: number;
  /** A commit is told that the store is busy. */
  readonly contend: number;
  /** A port takes long. */
  readonly stall: number;
  /** All of a run's ports take long: whatever it has read is old before it acts on it. */
  readonly slowRun: number;
  /** A queue delivers a message that is being dealt with once more. */
  readonly duplicate: number;
  /** A queue forgets that a message was dealt with. */
  readonly loseDeletion: number;
  /** The doorbell delivers a group's next message though one is being dealt with. */
  readonly overlap: number;
  /** Some shards of a tenant are not told that there is news, and who tells them is told so. */
  readonly loseRing: number;
  /** A post fails (500). */
  readonly failPost: number;
  /** A post is one too many (429): trying again may help. */
  readonly throttlePost: number;
  /** A live post is refused: answers still arrive, so who is behind lives on and syncs. */
  readonly failLive: number;
  /** A post times out, and arrives later. */
  readonly latePost: number;
  /** A post counts as delivered and never arrives. */
  readonly vanishPost: number;
  /** A frame takes long on its way. */
  readonly slowNetwork: number;
  /** A socket is cut, when something passes through it. */
  readonly cut: number;
  /** A cut is not noticed by the other side for long. */
  readonly halfOpen: number;
  /** API Gateway does not call `$disconnect`. */
  readonly loseDisconnect: number;
  /** The token provider fails. */
  readonly failToken: number;
  /** A cursor cannot be saved or loaded. */
  readonly failStore: number;
  /** Milliseconds by which an invocation's clock is off, at most. */
  readonly skew: number;
}

/** What one seed is about. Every seed leaves some kinds of failure out: what masks another never always does. */
export interface Profile {
  readonly faults: Faults;
  readonly tenants: number;
  readonly consumers: number;
  /** Seconds for which tokens live, at least. */
  readonly tokenSeconds: number;
  /** Seconds between two syncs, as the hub tells clients. */
  readonly heartbeatSeconds: number;
  readonly retentionSeconds: number;
  /** Mean milliseconds between two things that the world does. */
  readonly pace: number;
  /** How likely a long silence is, after each thing. */
  readonly silence: number;
  /** How many events one producer puts at once, at most. */
  readonly burst: number;
  /** How likely an event is large. */
  readonly large: number;
  /** Small limits make many pages and frames of few events. */
  readonly limits: { readonly frameBytes: number; readonly syncBytes: number; readonly syncsPerWindow: number };
  /** From how many sockets on a tenant is served in shards, in how many, and for how long it is then taken for large. */
  readonly scale: { readonly socketsPerRun: number; readonly shards: number; readonly largeForMilliseconds: number };
  /** How likely each thing is that the world does, against the others. */
  readonly weights: Readonly<Record<Happening, number>>;
}

/** What the world does. */
export const HAPPENINGS = [
  'publish',
  'publishAgain',
  'publishBad',
  'crashClient',
  'partitionClient',
  'cutSocket',
  'changeClaims',
  'manageSubscription',
  'pull',
  'reap',
  'strayAck',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

const ALL_CALM: Faults = {
  kill: 0,
  refuse: 0,
  loseAnswer: 0,
  contend: 0,
  stall: 0,
  slowRun: 0,
  duplicate: 0,
  loseDeletion: 0,
  overlap: 0,
  loseRing: 0,
  failPost: 0,
  throttlePost: 0,
  failLive: 0,
  latePost: 0,
  vanishPost: 0,
  slowNetwork: 0,
  cut: 0,
  halfOpen: 0,
  loseDisconnect: 0,
  failToken: 0,
  failStore: 0,
  skew: 0,
};

/** No failures: the world has calmed down. Clocks stay as they are. */
export const calm = ({ skew }: Faults): Faults => ({ ...ALL_CALM, skew });

const MOST: Faults = {
  kill: 0.02,
  refuse: 0.08,
  loseAnswer: 0.06,
  contend: 0.3,
  stall: 0.1,
  slowRun: 0.6,
  duplicate: 0.15,
  loseDeletion: 0.3,
  overlap: 0.4,
  loseRing: 0.3,
  failPost: 0.3,
  throttlePost: 0.5,
  failLive: 0.6,
  latePost: 0.25,
  vanishPost: 0.3,
  slowNetwork: 0.3,
  cut: 0.1,
  halfOpen: 0.6,
  loseDisconnect: 0.7,
  failToken: 0.4,
  failStore: 0.3,
  skew: 2000,
};

/** Seconds that come out whole however they are divided into days. */
const RETENTIONS = [30, 120, 675, 86_400];

export function makeProfile(random: Random): Profile {
  const some = (most: number): number => (random.next() < 0.5 ? 0 : random.next() * most);
  const one = <Item>(items: readonly [Item, ...Item[]]): Item => items[random.below(items.length)] ?? items[0];
  const names = Object.keys(MOST) as (keyof Faults)[];
  const faults = Object.fromEntries(names.map((name) => [name, some(MOST[name])])) as unknown as Faults;
  const weights = Object.fromEntries(HAPPENINGS.map((name) => [name, some(0.5)])) as Record<Happening, number>;
  const isTight = random.next() < 0.5;
  const heartbeatSeconds = one([0.5, 2, 15, 240]);
  return {
    faults: { ...faults, skew: Math.floor(faults.skew) },
    tenants: one([1, 1, 2]),
    consumers: 1 + random.below(5),
    tokenSeconds: one([15, 120, 3600]),
    heartbeatSeconds,
    retentionSeconds: RETENTIONS[random.below(RETENTIONS.length)] ?? 86_400,
    pace: one([20, 100, 500, 2000]),
    silence: one([0, 0.02, 0.1]),
    burst: one([1, 3, 12]),
    large: one([0, 0, 0.1]),
    limits: isTight
      ? { frameBytes: 1500, syncBytes: 1200, syncsPerWindow: heartbeatSeconds < 2 ? 600 : one([12, 600]) }
      : { frameBytes: 32 * 1024, syncBytes: 120 * 1024, syncsPerWindow: 600 },
    scale: {
      socketsPerRun: one([1000, 1000, 1, 3]),
      shards: one([2, 4]),
      largeForMilliseconds: one([0, 1000, 60_000]),
    },
    weights: { ...weights, manageSubscription: some(1.5), publish: 0.6 + random.next() },
  };
}
