#!/usr/bin/env node
import { run } from './run.ts';
import { say, UNREAD } from './terminal.ts';

const stop = new AbortController();

/** What the output cannot be written for, such as a full disk; undefined where only nobody reads any more. */
const outputError = (): NodeJS.ErrnoException | undefined => {
  const error: NodeJS.ErrnoException | null = process.stdout.errored;
  return error === null || error.code === 'EPIPE' ? undefined : error;
};

for (const stream of [process.stdout, process.stderr]) {
  // Nobody reads any more, as after `| head`: that ends what goes on for ever, and is no fault.
  stream.on('error', () => stop.abort(UNREAD));
}

const exitCode = await run(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  messages: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  untilStopped: () => {
    // Once: a second Ctrl-C ends the process whatever it is still doing.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    return stop.signal;
  },
});

// Standard output may be behind. What else is under way, such as a request that nobody answers, is not waited for.
process.stdout.write('', () => {
  const error = outputError();
  if (error === undefined) process.exit(exitCode);
  say({ messages: process.stderr }, `tidings: cannot write the output (${error.code}): what is there is not whole`);
  process.exit(exitCode === 0 ? 1 : exitCode);
});
