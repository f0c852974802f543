import { LIMITS } from '@tidings/contracts';
import { createRandom } from '../property/random.ts';
import { HAPPENINGS, type Happening, makeProfile, type Profile } from './profile.ts';
import { Trace } from './trace.ts';
import { judge } from './verdict.ts';
import { type Violation, World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Steps with failures; then the world calms down, and as many follow as it takes. */
  readonly steps: number;
  readonly isTraced?: boolean;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** All steps, those of the calm included. */
  readonly steps: number;
  readonly events: number;
  readonly hash: string;
  readonly trace: Trace;
  readonly profile: Profile;
}

const START = Date.parse('2026-03-01T12:00:00Z');
const LONGEST_SILENCE_MILLISECONDS = 1_200_000;

/** Runs one seed: chaos, then calm, then judgement. */
export async function simulate({ seed, steps, isTraced = false }: SimulationOptions): Promise<SimulationResult> {
  // Seeds that follow each other begin alike: what a generator gives first tells them apart too little.
  const random = createRandom(Math.imul(seed + 1, 0x9e3779b1));
  const profile = makeProfile(random);
  const trace = new Trace(START, isTraced);
  const world = new World(profile, random, trace, START);
  const restoreLimits = changeLimits(profile.limits);
  try {
    world.services.begin();
    world.consumers.populate();
    world.producers.publish();
    happenLater(world);
    await world.scheduler.run(() => world.scheduler.steps >= steps || world.violation !== undefined);
    if (world.violation === undefined) await judge(world);
  } finally {
    restoreLimits();
  }
  const { violation, scheduler, producers } = world;
  return { seed, violation, steps: scheduler.steps, events: producers.puts.length, hash: trace.hash, trace, profile };
}

/** One thing after the other, at the profile's pace, until the world calms down. */
function happenLater(world: World): void {
  const { pace, silence } = world.profile;
  const isSilent = world.chance(silence);
  const wait = isSilent ? world.random.next() ** 2 * LONGEST_SILENCE_MILLISECONDS : world.random.next() * 2 * pace;
  world.scheduler.after(wait, world, 'something happens', () => {
    if (world.isCalm) return;
    HAPPEN[pickHappening(world)](world);
    happenLater(world);
  });
}

function pickHappening(world: World): Happening {
  const { weights } = world.profile;
  let left = world.random.next() * HAPPENINGS.reduce((sum, name) => sum + weights[name], 0);
  for (const name of HAPPENINGS) {
    left -= weights[name];
    if (left < 0) return name;
  }
  return 'publish';
}

const HAPPEN: Readonly<Record<Happening, (world: World) => void>> = {
  publish: ({ producers }) => producers.publish(),
  publishAgain: ({ producers }) => producers.publishAgain(),
  publishBad: ({ producers }) => producers.publishBad(),
  crashClient: ({ consumers }) => consumers.crash(),
  partitionClient: ({ consumers }) => consumers.partition(),
  cutSocket: ({ consumers }) => consumers.cutSocket(),
  changeClaims: ({ consumers }) => consumers.changeClaims(),
  manageSubscription: ({ services }) => services.manage(),
  pull: ({ services }) => services.pull(),
  reap: (world) => world.reap(),
  strayAck: ({ services }) => services.strayAck(),
};

/** Makes the limits those of the profile, and gives back how to undo it. */
function changeLimits(limits: Profile['limits']): () => void {
  const mutable = LIMITS as { -readonly [Limit in keyof Profile['limits']]: number };
  const { frameBytes, syncBytes, syncsPerWindow } = LIMITS;
  Object.assign(mutable, limits);
  return () => Object.assign(mutable, { frameBytes, syncBytes, syncsPerWindow });
}
