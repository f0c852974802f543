import { type BenchResult, type Finding, isWithin, type Limit } from '../bench.ts';

/** Where and with what a run was. */
export interface RunSurroundings {
  /** ISO date of the run. */
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  /** Name → version of what the figures depend on. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One bench of a run. */
export interface ReportedBench extends BenchResult {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  readonly seconds: number;
  /** Where it is from, if it was measured again after the others. @default the report's own */
  readonly from?: Pick<RunSurroundings, 'date' | 'commit'> & { readonly rounds: number };
}

/** A whole run, as it is written to JSON. */
export interface Report extends RunSurroundings {
  readonly rounds: number;
  /** Whether it was short, which nobody publishes. @default false */
  readonly isQuick?: boolean;
  readonly benches: ReportedBench[];
}

/** A figure as text: counts whole, ratios with two places, three digits at least of what is small. */
export function formatValue(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

/** A limit as text; empty without one. */
export function formatLimit({ most, least }: Limit = {}): string {
  if (most !== undefined && most === least) return `= ${formatValue(most)}`;
  return [
    ...(least === undefined ? [] : [`≥ ${formatValue(least)}`]),
    ...(most === undefined ? [] : [`≤ ${formatValue(most)}`]),
  ].join(', ');
}

/** The figures of a bench as lines for a terminal. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(0, ...findings.map(({ what }) => what.length));
  return findings.map((finding) => {
    const { what, value, unit, limit, detail } = finding;
    const sign = limit === undefined ? ' ' : isWithin(finding) ? '✓' : '✗';
    const bound = limit === undefined ? '' : ` (${formatLimit(limit)})`;
    return `  ${sign} ${what.padEnd(width)}  ${formatValue(value)} ${unit}${bound}${detail === undefined ? '' : `  ${detail}`}`;
  });
}
