/** How a figure is bounded; a guard fails outside of it. */
export interface Limit {
  readonly most?: number;
  readonly least?: number;
}

/** One figure that a bench has found. */
export interface Finding {
  /** What was measured, in a few words, such as `units an event, batches of 10`. */
  readonly what: string;
  readonly value: number;
  /** What the value counts: `×` for a ratio to the floor that was measured beside it, else a plural noun. */
  readonly unit: string;
  /**
   * What must hold. A figure without one is for people: it depends on the machine, or on a choice.
   * @default none
   */
  readonly limit?: Limit;
  /**
   * How it came about, such as the two values of a ratio, or their spread over the rounds.
   * @default nothing more to say
   */
  readonly detail?: string;
}

/** Points of a line that the report draws. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A chart of the report. */
export interface Chart {
  /** Kebab-case; names the image. */
  readonly name: string;
  readonly title: string;
  readonly kind: 'lines' | 'bars';
  readonly x: { readonly label: string; readonly logarithmic?: boolean };
  readonly y: { readonly label: string; readonly logarithmic?: boolean };
  readonly series: readonly Series[];
  /** A line across, such as a limit. */
  readonly mark?: { readonly name: string; readonly y: number };
}

/** What a bench has to say. */
export interface BenchResult {
  readonly findings: readonly Finding[];
  /** @default none */
  readonly charts?: readonly Chart[];
  /** Tables that the report prints as they are, header first. @default none */
  readonly tables?: readonly { readonly title: string; readonly rows: readonly (readonly string[])[] }[];
  /** Sentences that the report prints below, such as what a comparison cannot say. @default none */
  readonly notes?: readonly string[];
}

/** What a run gives to a bench. */
export interface BenchContext {
  /**
   * Whether this is the guard's short run. A bench may then take fewer rounds and less load; what it measures, and its
   * limits, stay the same. What a short run cannot tell is left out of its findings.
   */
  readonly isQuick: boolean;
  /** Rounds of an interleaved measurement, of which the median counts: odd, at least 7 but in a quick run. */
  readonly rounds: number;
  /** Says how far the bench is, for the display. */
  progress(text: string): void;
}

/** One bench: what it measures is measured beside its floor, in one run, round by round in turns. */
export interface Bench {
  /** Kebab-case: `npm run bench -- <name>`. */
  readonly name: string;
  readonly title: string;
  /** How it measures, in one or two sentences, for the report. */
  readonly method: string;
  /** Whether CI runs it, shortly: its limits are ratios and counts that no busy neighbour breaks. */
  readonly isGuarded: boolean;
  run(context: BenchContext): Promise<BenchResult>;
}

/** Whether a figure is within its limit; without one it is. */
export const isWithin = ({ value, limit: { most, least } = {} }: Finding): boolean =>
  Number.isFinite(value) && (most === undefined || value <= most) && (least === undefined || value >= least);
