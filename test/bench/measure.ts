/** The middle value: half of the others are not above it. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Something to measure: does its work so many times. */
export type Work = (times: number) => Promise<unknown> | unknown;

/** How a ratio is measured. */
export interface PairedOptions {
  readonly subject: Work;
  /** What the subject is compared with: the same outcome with nothing around it. */
  readonly floor: Work;
  /** Odd. */
  readonly rounds: number;
  /** How often each does its work in a round. Long enough that a round takes some 100 ms. */
  readonly times: number;
  /**
   * Called before each turn, and not measured: makes what the turn uses up. What is made long before fills the heap, which
   * then costs more the more memory a work asks for.
   * @default nothing is made
   */
  readonly prepare?: (turn: 'subject' | 'floor', times: number) => Promise<void>;
  /**
   * What is measured: the processor time of this process, user and system, or the time that passes.
   * @default 'cpu'
   */
  readonly clock?: 'cpu' | 'wall';
}

/** What a paired measurement has found. Times are microseconds for one piece of work, medians over the rounds. */
export interface Paired {
  /** Median over the rounds of subject to floor, each pair measured one right after the other. */
  readonly ratio: number;
  readonly subject: number;
  readonly floor: number;
  /** Lowest and highest ratio of a round. */
  readonly spread: readonly [lowest: number, highest: number];
}

/**
 * Measures a subject beside its floor: warms both up, and then takes them in turns, each beginning every second round,
 * so that what the machine does meanwhile meets both alike.
 */
export async function measurePaired(options: PairedOptions): Promise<Paired> {
  const { rounds, times, prepare, clock = 'cpu' } = options;
  const time = clock === 'cpu' ? cpuMicroseconds : wallMicroseconds;
  const take = async (turn: 'subject' | 'floor'): Promise<number> => {
    await prepare?.(turn, times);
    const before = time();
    await options[turn](times);
    return (time() - before) / times;
  };
  await take('floor');
  await take('subject');
  const subjects: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) floors.push(await take('floor'));
    subjects.push(await take('subject'));
    if (round % 2 === 1) floors.push(await take('floor'));
  }
  const ratios = subjects.map((value, index) => value / (floors[index] ?? Number.NaN));
  return {
    ratio: median(ratios),
    subject: median(subjects),
    floor: median(floors),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** Processor time of this process so far, all of its threads. */
export function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const wallMicroseconds = (): number => performance.now() * 1000;

/** The usual words for a paired measurement. */
export const describePaired = ({ subject, floor, spread }: Paired): string =>
  `${subject.toFixed(0)} µs against ${floor.toFixed(0)} µs; rounds ${spread[0].toFixed(2)}–${spread[1].toFixed(2)}`;
