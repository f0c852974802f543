import { type Finding, isWithin } from '../bench.ts';
import { formatLimit, formatValue, type Report, type ReportedBench } from './report.ts';

/** Folder of the charts, seen from the page. */
export const CHARTS_FOLDER = 'images/performance';

/** The page `docs/performance.md` of a run. */
export function renderPage(report: Report): string {
  const { benches, date, commit, machine, versions, rounds } = report;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '<!-- Written by `npm run bench -- --publish`. Do not edit: change the bench and run it again. -->',
    '# Speed, cost and scale',
    paragraph(
      `Measured on ${date} at \`${commit}\` on ${machine}; ${named.join(', ')}.`,
      'Machines differ and are noisy, so what has a limit is a count, or a ratio to a floor that was measured beside it',
      `in the same run, in turns, ${rounds} rounds, of which the median counts. Times and rates without a limit are of`,
      'this machine only. The sandbox is no AWS: where a figure is modelled for AWS, its part says from what.',
    ),
    [
      '```sh',
      'npm run bench                  # everything; some 15 minutes',
      `npm run bench -- ${benches[0]?.name ?? '<name>'}   # one of them`,
      'npm run bench -- --publish     # everything, and this page anew; with a name, that part of it',
      '```',
    ].join('\n'),
    '## What must hold',
    table(
      ['', 'what', 'found', 'limit', 'by'],
      benches.flatMap(({ name, findings }) =>
        findings
          .filter(({ limit }) => limit !== undefined)
          .map((finding) => [
            isWithin(finding) ? '✓' : '✗',
            asText(finding.what),
            foundOf(finding),
            formatLimit(finding.limit),
            `[${name}](#${name})`,
          ]),
      ),
    ),
    ...benches.flatMap(renderBench),
    '',
  ].join('\n\n');
}

function renderBench(bench: ReportedBench): readonly string[] {
  const { name, title, method, findings, charts = [], tables = [], notes = [], seconds, from } = bench;
  const later = from && `; measured again on ${from.date} at \`${from.commit}\`, ${from.rounds} rounds`;
  return [
    `<a id="${name}"></a>\n\n## ${title}`,
    paragraph(asText(method), `(\`npm run bench -- ${name}\`, ${seconds} s${later ?? ''})`),
    table(
      ['what', 'found', 'limit', 'how'],
      findings.map((finding) => [
        asText(finding.what),
        `${foundOf(finding)}${isWithin(finding) ? '' : ' ✗'}`,
        formatLimit(finding.limit),
        asText(finding.detail ?? ''),
      ]),
    ),
    ...tables.flatMap(({ title: caption, rows: [header = [], ...rows] }) => [
      `**${asText(caption)}**`,
      table(
        header.map(asText),
        rows.map((row) => row.map(asText)),
      ),
    ]),
    ...charts.map(({ name: image, title: caption }) => {
      const file = (scheme: string) => `${CHARTS_FOLDER}/${image}-${scheme}.svg`;
      return [
        '<picture>',
        `  <source media="(prefers-color-scheme: dark)" srcset="${file('dark')}">`,
        `  <img alt="${caption.replaceAll('"', '&quot;')}" src="${file('light')}">`,
        '</picture>',
      ].join('\n');
    }),
    ...notes.map(asText),
  ];
}

const foundOf = ({ value, unit }: Finding): string => `${formatValue(value)} ${unit}`;

const paragraph = (...sentences: readonly string[]): string => sentences.join(' ');

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Text that a table's cell and HTML take as it is. */
const asText = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
