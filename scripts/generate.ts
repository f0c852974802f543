import path from 'node:path';
import { runGenerate } from './generate/command.ts';

const root = path.dirname(import.meta.dirname);

process.exitCode = await runGenerate(process.argv.slice(2), {
  schemas: path.join(root, 'schemas'),
  root,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
