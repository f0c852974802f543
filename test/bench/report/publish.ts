import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawChart, type Scheme } from './draw-chart.ts';
import { CHARTS_FOLDER, renderPage } from './render-page.ts';
import type { Report } from './report.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));

/** The run that the page is of. */
export const PUBLISHED = path.join(DOCS, 'performance.json');

const SCHEMES: readonly Scheme[] = ['light', 'dark'];

/**
 * Writes the page of a run, its charts in both schemes, and the run itself as JSON, from which all of it can be written
 * again; charts of before go.
 * @returns the files, the page first
 */
export async function publish(report: Report, folder = DOCS): Promise<readonly string[]> {
  const charts = path.join(folder, CHARTS_FOLDER);
  const files = new Map([
    [path.join(folder, 'performance.md'), renderPage(report)],
    [path.join(folder, 'performance.json'), `${JSON.stringify(report, undefined, 2)}\n`],
  ]);
  for (const chart of report.benches.flatMap(({ charts: own = [] }) => own)) {
    for (const scheme of SCHEMES) {
      files.set(path.join(charts, `${chart.name}-${scheme}.svg`), `${drawChart(chart, scheme)}\n`);
    }
  }
  await rm(charts, { recursive: true, force: true });
  await mkdir(charts, { recursive: true });
  for (const [file, text] of files) await writeFile(file, text);
  return [...files.keys()].map((file) => path.relative(process.cwd(), file));
}
