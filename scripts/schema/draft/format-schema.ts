import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { JsonObject } from '../../generate/json-value.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/** A schema as text in the form that `npm run check` expects of files in this repository. */
export function formatSchema(schema: JsonObject): string {
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const { status, stdout } = spawnSync(process.execPath, [biome, 'format', '--stdin-file-path=schemas/new.json'], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });
  // Only the looks depend on the formatter.
  return status === 0 && stdout !== '' ? stdout : text;
}
