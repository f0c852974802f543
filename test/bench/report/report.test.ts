import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Chart, isWithin } from '../bench.ts';
import { drawChart } from './draw-chart.ts';
import { renderPage } from './render-page.ts';
import { replaceParts } from './replace-parts.ts';
import { findingLines, formatLimit, formatValue, type Report } from './report.ts';

const finding = { what: 'units an event', unit: 'units' };
const chart: Chart = {
  name: 'units-by-batch',
  title: 'Units by "batch"',
  kind: 'lines',
  x: { label: 'events a batch', logarithmic: true },
  y: { label: 'units an event' },
  series: [
    {
      name: 'data & more',
      points: [
        [1, 8],
        [10, 2.7],
      ],
    },
  ],
  mark: { name: 'limit', y: 2.9 },
};

const report: Report = {
  date: '2026-01-02',
  commit: 'abc1234',
  machine: '2 × Some Processor',
  versions: { node: '24.0.0' },
  rounds: 9,
  benches: [
    {
      name: 'write-cost',
      title: 'What a write costs',
      method: 'Counted <from the items>.',
      seconds: 3,
      findings: [
        { ...finding, value: 2.7, limit: { most: 2.9 } },
        { ...finding, what: 'a | b', value: 5, limit: { most: 4 }, detail: '5 of 1' },
        { ...finding, what: 'for people', value: 1234 },
      ],
      charts: [chart],
      tables: [
        {
          title: 'A table',
          rows: [
            ['one', 'two'],
            ['1', '2'],
          ],
        },
      ],
      notes: ['A note.'],
    },
  ],
};

describe('a figure', () => {
  it.each([
    [{ most: 2.9 }, 2.9, true],
    [{ most: 2.9 }, 2.91, false],
    [{ least: 60 }, 60, true],
    [{ least: 60 }, 59.9, false],
    [{ least: 1, most: 1 }, 1, true],
    [undefined, 1e9, true],
    [{ most: 1 }, Number.NaN, false],
    [undefined, Number.NaN, false],
  ])('with the limit %j: %d is within: %s', (limit, value, expected) => {
    expect(isWithin({ ...finding, value, ...(limit !== undefined && { limit }) })).toBe(expected);
  });

  it.each([
    [1234567, '1,234,567'],
    [1234.5, '1,235'],
    [2.704, '2.70'],
    [0.01234, '0.012'],
    [0, '0'],
  ])('is written for people: %d as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('has its limit in words of one kind', () => {
    expect(
      [{ most: 2.9 }, { least: 5000 }, { least: 7, most: 7 }, { least: 1, most: 2 }, undefined].map(formatLimit),
    ).toEqual(['≤ 2.90', '≥ 5,000', '= 7', '≥ 1, ≤ 2', '']);
  });

  it('is marked on a terminal when it is outside', () => {
    const signs = findingLines(report.benches[0]?.findings ?? []).map((line) => line[2]);
    expect(signs).toEqual(['✓', '✗', ' ']);
  });
});

describe('the page', () => {
  const page = renderPage(report);

  it('names date, commit, machine and versions', () => {
    for (const part of ['2026-01-02', 'abc1234', '2 × Some Processor', 'node 24.0.0']) expect(page).toContain(part);
  });

  it('lists what must hold, with what does not', () => {
    expect(page).toContain('| ✓ | units an event | 2.70 units | ≤ 2.90 | [write-cost](#write-cost) |');
    expect(page).toContain('| ✗ | a \\| b | 5 units | ≤ 4 | [write-cost](#write-cost) |');
    expect(page.match(/for people/g)).toHaveLength(1);
  });

  it('lets no text end its markup', () => {
    expect(page).toContain('Counted &lt;from the items>.');
    expect(page).toContain('alt="Units by &quot;batch&quot;"');
  });

  it('is the committed one for the committed run', async () => {
    const docs = new URL('../../../docs/', import.meta.url);
    const run = JSON.parse(await readFile(new URL('performance.json', docs), 'utf8')) as Report;
    expect(renderPage(run)).toBe(await readFile(new URL('performance.md', docs), 'utf8'));
    for (const { name } of run.benches.flatMap(({ charts = [] }) => charts)) {
      for (const scheme of ['light', 'dark']) {
        expect(await readFile(new URL(`images/performance/${name}-${scheme}.svg`, docs), 'utf8')).toMatch(/^<svg /);
      }
    }
  });
});

describe('a part that was measured again', () => {
  const later: Report = {
    ...report,
    date: '2026-03-04',
    commit: 'def5678',
    rounds: 7,
    benches: report.benches.map((bench) => ({ ...bench, seconds: 4 })),
  };

  it('says where it is from, beside the others', () => {
    const page = renderPage(replaceParts(report, later));
    expect(page).toContain('Measured on 2026-01-02 at `abc1234`');
    expect(page).toContain('4 s; measured again on 2026-03-04 at `def5678`, 7 rounds)');
  });

  it('is refused from another machine, or with other versions', () => {
    expect(() => replaceParts(report, { ...later, machine: '8 × Another' })).toThrow(
      /Expected a run on 2 × Some .*8 × A/,
    );
    expect(() => replaceParts(report, { ...later, versions: { node: '20.0.0' } })).toThrow('node 20.0.0');
  });
});

describe('a chart', () => {
  it.each(['light', 'dark'] as const)('is drawn with its names, and as XML that is whole: %s', (scheme) => {
    const svg = drawChart(chart, scheme);
    for (const text of ['events a batch', 'units an event', 'data &amp; more', 'limit']) expect(svg).toContain(text);
    // A quote inside of an attribute would end it early: browsers then show no image at all.
    for (const [tag] of svg.matchAll(/<[a-z][^>]*>/g)) expect(tag.replaceAll(/="[^"]*"/g, '')).not.toContain('"');
  });

  it('has a value for every bar', () => {
    const svg = drawChart({ ...chart, kind: 'bars' }, 'light');
    for (const label of ['>1<', '>10<']) expect(svg).toContain(label);
  });
});
