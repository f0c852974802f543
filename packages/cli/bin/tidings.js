#!/usr/bin/env node
// The command itself is built. This launcher is committed, so that npm can link it before the first build.
import { existsSync } from 'node:fs';

const command = new URL('../dist/tidings.mjs', import.meta.url);

if (existsSync(command)) {
  await import(command.href);
} else {
  console.error('tidings: the command is not built yet; build it with `npm run build`, or with `npm start`');
  process.exitCode = 1;
}
