import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport } from './read-report.ts';
import type { Report } from './report.ts';

const NAMES = ['frames', 'cost'];
const bench = { title: 'A bench', method: 'Counted.', seconds: 1, findings: [] };
const whole: Report = {
  date: '2026-01-02',
  commit: 'abc1234',
  machine: '2 × Some Processor',
  versions: { node: '24.0.0' },
  rounds: 9,
  benches: NAMES.map((name) => ({ ...bench, name })),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidings-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): Promise<Report> {
  const file = path.join(folder, 'report.json');
  await writeFile(file, text);
  return readReport(file, NAMES);
}

describe('the report of an earlier run', () => {
  it('is read, if it has every bench', async () => {
    await expect(read(JSON.stringify(whole))).resolves.toEqual(whole);
  });

  it.each([
    ['is no JSON', 'root:x:0:0', 'found no JSON'],
    ['is another JSON', '{}', 'found another'],
    ['is null', 'null', 'found another'],
    ['is of a quick run', JSON.stringify({ ...whole, isQuick: true }), 'expected a whole run, found a quick one'],
    ['lacks a bench', JSON.stringify({ ...whole, benches: whole.benches.slice(0, 1) }), 'found one without cost'],
  ])('is refused where it %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('is refused where there is none, by its name', async () => {
    await expect(readReport(path.join(folder, 'nothing.json'), NAMES)).rejects.toThrow(
      /nothing\.json cannot be read \(ENOENT\)/,
    );
  });
});
