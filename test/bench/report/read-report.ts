import { readFile } from 'node:fs/promises';
import type { Report } from './report.ts';

/**
 * The report of an earlier whole run, to be published again.
 * @param names of all benches: a page of some of them would take the others away
 * @throws Error that says what is wrong with the file
 */
export async function readReport(file: string, names: readonly string[]): Promise<Report> {
  const report = (await readJson(file)) as Partial<Report> | null;
  if (!Array.isArray(report?.benches) || typeof report.versions !== 'object') {
    throw new Error(`${file}: expected the JSON that a run of all benches has written, found another`);
  }
  if (report.isQuick) throw new Error(`${file}: expected a whole run, found a quick one`);
  const found = new Set(report.benches.map(({ name }) => name));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(`${file}: expected a run of all benches, found one without ${missing.join(', ')}`);
  return report as Report;
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file}: expected the JSON that a run has written, found no JSON`, { cause });
  }
}
