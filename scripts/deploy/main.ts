import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { openAws } from './cloud.ts';
import { runDeploy } from './deploy.ts';
import { runProcess } from './runner.ts';

/** A person's answer. The end of the input is no consent. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}

// The AWS SDK, here and in the CDK, asks for a newer Node than the oldest that this repository runs on.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await runDeploy(process.argv.slice(2), {
  folder: path.resolve(import.meta.dirname, '../..'),
  environment: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  run: runProcess,
  openCloud: openAws,
  ask: process.stdin.isTTY && process.stdout.isTTY ? ask : undefined,
});
