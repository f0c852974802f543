import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorAt, type Finding } from './finding.ts';

/** A schema file as it was read. */
export interface SchemaDocument {
  /** The path below `schemas/`, with `/` on every system. */
  readonly file: string;
  /** The folder that it lies in: the module. */
  readonly folder: string;
  /** The name without the folder. */
  readonly name: string;
  readonly json: unknown;
}

export interface ReadSchemas {
  readonly documents: readonly SchemaDocument[];
  readonly findings: readonly Finding[];
}

/** Reads every `schemas/<module>/*.json`, in an order that does not depend on the file system. */
export async function readSchemas(directory: string): Promise<ReadSchemas> {
  const documents: SchemaDocument[] = [];
  const findings: Finding[] = [];
  for (const file of await schemaFiles(directory)) {
    const [folder, name, ...deeper] = file.split('/');
    if (folder === undefined || name === undefined || deeper.length > 0) {
      findings.push(errorAt('SCHEMA_PATH_UNEXPECTED', file, '', 'expected <module>/<entity>-<action>.v<N>.json'));
      continue;
    }
    try {
      const json: unknown = JSON.parse(await readFile(path.join(directory, file), 'utf8'));
      documents.push({ file, folder, name, json });
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      findings.push(errorAt('SCHEMA_NOT_JSON', file, '', `expected JSON: ${cause.message}`));
    }
  }
  if (documents.length === 0 && findings.length === 0) {
    findings.push(errorAt('SCHEMAS_MISSING', '.', '', `expected at least one schema, found none in ${directory}`));
  }
  return { documents, findings };
}

async function schemaFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
