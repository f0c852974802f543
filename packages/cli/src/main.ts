#!/usr/bin/env node
import { run } from './run.ts';

const stop = new AbortController();

// The first asks to stop, the second is not asked: then the signal does what it does without a listener.
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

for (const stream of [process.stdout, process.stderr]) {
  // Nobody reads any more, as after `| head`: that ends the command, and is no fault.
  stream.on('error', () => stop.abort());
}

process.exitCode = await run(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  messages: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  stop: stop.signal,
});
