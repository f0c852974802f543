import type { Report } from './report.ts';

/**
 * A published run in which some benches are those of a later run, each with where it is from.
 * @throws Error if the later run was on another machine or with other versions: its figures do not belong beside the others
 */
export function replaceParts(published: Report, later: Report): Report {
  const surroundings = ({ machine, versions }: Report): string =>
    [machine, ...Object.entries(versions).map(([name, version]) => `${name} ${version}`)].join(', ');
  if (surroundings(published) !== surroundings(later)) {
    throw new Error(
      `Expected a run on ${surroundings(published)}, found ${surroundings(later)}: publish a whole run instead`,
    );
  }
  const { date, commit, rounds } = later;
  const parts = new Map(later.benches.map((bench) => [bench.name, { ...bench, from: { date, commit, rounds } }]));
  return { ...published, benches: published.benches.map((bench) => parts.get(bench.name) ?? bench) };
}
