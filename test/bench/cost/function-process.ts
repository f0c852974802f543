import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { cpuMicroseconds } from '../measure.ts';

/** One function in a process of its own, whose standard output is its log; see run-function.ts. */

const [file = ''] = process.argv.slice(2);
const { handler } = (await import(file)) as {
  handler: (event: unknown, context: Context) => Promise<unknown>;
};

process.on('message', (event) => {
  // Lambda gives every invocation one, sampled or not, and loggers write it.
  process.env['_X_AMZN_TRACE_ID'] =
    `Root=1-${randomUUID().slice(0, 8)}-${randomUUID().replaceAll('-', '').slice(0, 24)};Sampled=0`;
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 30_000 } as Context;
  const cpu = cpuMicroseconds();
  const began = performance.now();
  handler(event, context).then(
    (result) =>
      process.send?.({
        result,
        processor: (cpuMicroseconds() - cpu) / 1e6,
        seconds: (performance.now() - began) / 1e3,
      }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
