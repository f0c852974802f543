import { writeFile } from 'node:fs/promises';
import { ASSUMPTIONS } from './assumptions.ts';
import { CostOptionError, helpText, readOptions } from './options.ts';
import { PRICES } from './prices.ts';
import { reportCost } from './report.ts';
import { aligned, billLines, cheaperLines, comparisonRows } from './report-lines.ts';

/** `npm run cost`: see `options.ts` for what it takes, and docs/cost.md for what it says. */

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Batches that are counted: enough for a steady median of times, in some seconds. */
const BATCHES = 20;

try {
  const { wantsHelp, json, ...traffic } = readOptions(process.argv.slice(2));
  if (wantsHelp) {
    console.log(helpText());
    process.exit(0);
  }
  const { stderr } = process;
  const report = await reportCost(traffic, BATCHES, (text) => {
    if (stderr.isTTY) stderr.write(`\r\x1b[2Kcounting: ${text}`);
  });
  if (stderr.isTTY) stderr.write('\r\x1b[2K');
  const { events, receivers, bytes, batch, sockets, hours } = traffic;
  const count = (value: number): string => value.toLocaleString('en-US');
  const { answerMilliseconds, processorFactor } = ASSUMPTIONS;
  console.log(
    [
      `A month of ${count(events)} events of ${count(bytes)} bytes to ${count(receivers)} receivers, ${count(batch)} at a time.`,
      `Counted: ${count(report.run.events)} events through the real functions. Prices: ${PRICES.region}, as of ${PRICES.asOf}, no free tiers.`,
      '',
      ...billLines(report.events, 'Events'),
      '',
      ...billLines([report.minutes], `${count(sockets)} sockets, ${count(hours)} hours each`),
      '',
      ...aligned(comparisonRows([report.hub, ...report.peers]), [false, true, true, true, true, false]),
      '',
      ...cheaperLines(report.hub, report.peers, traffic),
      '',
      `Assumed: answers after ${Object.entries(answerMilliseconds)
        .map(([name, milliseconds]) => `${milliseconds} ms (${name})`)
        .join(', ')}; processor time × ${processorFactor}.`,
      'Left out: what clients do with their sockets besides listening (connecting, heartbeats, replays), cold starts, polls of empty',
      'queues, metrics and alarms. docs/cost.md says what they come to.',
    ].join('\n'),
  );
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
} catch (error) {
  if (!(error instanceof CostOptionError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
