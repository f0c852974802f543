import { harmless, paintFor, type Terminal } from './terminal.ts';

/** Between two columns. */
const GAP = '  ';

/**
 * Prints rows: in columns below a heading at a terminal; elsewhere one to a line with tabs between and no heading, for
 * `cut` and `awk`.
 */
export function printTable(
  { output }: Pick<Terminal, 'output'>,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  // A tab of somebody's own would shift the columns; `harmless` takes it for a control character.
  const safe = rows.map((row) => row.map(harmless));
  if (output.isTTY !== true) {
    for (const row of safe) output.write(`${row.join('\t')}\n`);
    return;
  }
  const paint = paintFor(output);
  const widths = heading.map((name, at) => Math.max(name.length, ...safe.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join(GAP)
      .trimEnd();
  output.write(`${paint('dim', line(heading))}\n`);
  for (const row of safe) output.write(`${line(row)}\n`);
}
