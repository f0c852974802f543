import { type BillLine, totalOf } from './bill.ts';
import type { PeerBill, Traffic } from './peers.ts';

/** Dollars as people read them: more places where there is little. */
export const dollars = (value: number): string =>
  Number.isNaN(value) ? '—' : `$${value.toFixed(value !== 0 && Math.abs(value) < 0.1 ? 3 : 2)}`;

const amount = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value >= 100 ? 0 : 2 });

/** A bill, a line each. */
export function billLines(lines: readonly BillLine[], sum: string): readonly string[] {
  const rows = lines.map(({ what, units, unit, dollars: price }) => [what, `${amount(units)} ${unit}`, dollars(price)]);
  return aligned([...rows, [sum, '', dollars(totalOf(lines))]], [false, true, true]);
}

/** A service beside others. */
export interface Compared extends PeerBill {
  /** With as many events in a message as it bills as one; absent where that changes nothing. */
  readonly bundledEvents?: number;
}

/** Services beside each other, the hub first. */
export function comparisonRows(bills: readonly Compared[]): readonly (readonly string[])[] {
  return [
    ['', 'events', 'bundled by hand', 'open connections', 'total', ''],
    ...bills.map(({ name, events, bundledEvents, connections, remark }) => [
      name,
      dollars(events),
      bundledEvents === undefined ? '' : dollars(bundledEvents),
      dollars(connections),
      dollars(events + connections),
      remark,
    ]),
  ];
}

/** Who is cheaper than the hub, in a sentence each. Nothing is left unsaid. */
export function cheaperLines(hub: Compared, peers: readonly Compared[], { receivers }: Traffic): readonly string[] {
  const own = hub.events + hub.connections;
  const found = peers.flatMap(({ name, events, bundledEvents = events, connections, remark }) => {
    const whole = events + connections;
    const bundled = bundledEvents + connections;
    if (whole < own) return [`${name} is cheaper: ${dollars(whole)} instead of ${dollars(own)} (${remark}).`];
    if (bundled < own)
      return [
        `${name} is cheaper if producers bundle by hand: ${dollars(bundled)} instead of ${dollars(own)} (${remark}).`,
      ];
    return [];
  });
  return found.length > 0 ? found : [`None of them is cheaper at ${receivers} receivers.`];
}

/** Rows as text in columns. */
export function aligned(rows: readonly (readonly string[])[], toRight: readonly boolean[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (toRight[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
