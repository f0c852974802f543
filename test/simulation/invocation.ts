import type { Surroundings } from '../../lambdas/core/ports/surroundings.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** What a port throws when the world is unkind. The name is one that no code may know. */
export class Unkind extends Error {
  override readonly name = 'Unkind';
}

type Methods = Readonly<Record<string, (...parameters: never[]) => Promise<unknown>>>;

/**
 * One run of a function. Every call of a port is two steps, before and after, and at each of them the run can die: its
 * promises then never settle, as if the process were gone.
 */
export class Invocation implements Owner {
  readonly name: string;
  readonly world: World;
  /** Milliseconds by which this run's clock is off. */
  readonly skew: number;
  readonly startedAt: number;
  readonly startedStep: number;
  dead = false;
  readonly surroundings: Surroundings;
  readonly #deadline: number;
  /** Milliseconds that each of its ports takes, at most. */
  readonly #slowness: number;

  constructor(world: World, name: string, timeoutSeconds: number) {
    this.world = world;
    this.name = name;
    this.skew = world.skew();
    this.startedAt = world.scheduler.now;
    this.startedStep = world.scheduler.steps;
    this.#deadline = this.startedAt + timeoutSeconds * 1000;
    this.#slowness = world.chance(world.faults.slowRun) ? world.random.next() * 3000 : 0;
    const { scheduler } = world;
    scheduler.after(timeoutSeconds * 1000, this, 'times out', () => this.kill('timed out'));
    this.surroundings = {
      now: () => new Date(this.clock()),
      random: () => scheduler.random.next(),
      uniqueId: () => world.uniqueId(),
      pause: (milliseconds) => scheduler.step(this, 'pause', milliseconds),
    };
  }

  /** What this run takes for the time, epoch milliseconds. */
  clock(): number {
    return this.world.scheduler.now + this.skew;
  }

  remainingMilliseconds(): number {
    return this.#deadline - this.world.scheduler.now;
  }

  kill(why: string): void {
    if (this.dead) return;
    this.dead = true;
    this.world.scheduler.trace.detail(this.name, () => `killed: ${why}`);
  }

  /** Runs to an end, if it gets there. */
  run<Result>(work: () => Promise<Result>, onEnd: (result: Result) => void, onFailure: (cause: unknown) => void): void {
    work().then(
      (result) => {
        if (this.dead) return;
        onEnd(result);
        this.dead = true;
      },
      (cause: unknown) => {
        if (this.dead) return;
        this.world.assertExpected(cause);
        onFailure(cause);
        this.dead = true;
      },
    );
  }

  /** One call to the world outside. */
  async call<Result>(label: string, perform: () => Promise<Result>, mayThrow = true): Promise<Result> {
    const { world } = this;
    const { scheduler, faults } = world;
    await scheduler.step(this, label, this.#delay());
    if (world.chance(faults.kill)) await this.#die(label);
    if (mayThrow && world.chance(faults.refuse)) {
      scheduler.trace.detail(this.name, () => `${label} refused`);
      throw new Unkind(`${label} was refused`);
    }
    world.reader = this;
    const result = perform();
    world.reader = undefined;
    const settled = await result;
    if (mayThrow && world.chance(faults.loseAnswer)) {
      await scheduler.step(this, `${label}: answer lost`, world.stall());
      throw new Unkind(`${label} was done, and its answer lost`);
    }
    await scheduler.step(this, `${label}: answered`);
    if (world.chance(faults.kill)) await this.#die(label);
    return settled;
  }

  /** A port whose calls are steps of this run. */
  port<Port extends object>(name: string, port: Port, mayThrow = true): Port {
    const methods = port as unknown as Methods;
    const wrapped = Object.keys(methods).map((method) => [
      method,
      (...parameters: never[]) =>
        this.call(
          `${name}.${method}`,
          () => methods[method]?.(...parameters) ?? Promise.reject(new Error(method)),
          mayThrow,
        ),
    ]);
    return Object.fromEntries(wrapped) as Port;
  }

  #delay(): number {
    return this.world.stall() + (this.#slowness > 0 ? this.world.random.next() * this.#slowness : 0);
  }

  #die(where: string): Promise<never> {
    this.kill(`at ${where}`);
    return new Promise(() => {});
  }
}
