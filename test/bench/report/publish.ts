import type { Report } from './report.ts';

/** Writes `docs/performance.md`, its charts and its JSON. @returns the files */
export async function publish(_report: Report): Promise<readonly string[]> {
  throw new Error('Not yet');
}
