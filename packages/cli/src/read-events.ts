import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe } from '@tidings/contracts';
import type { EventDraft } from './example-event.ts';
import { Failure } from './failure.ts';
import type { Terminal } from './terminal.ts';

const STANDARD_INPUT = '-';

/**
 * Reads events: one CloudEvent, an array of them, or one to a line.
 * @param file a path, or `-` for standard input
 * @throws Failure when there is nothing to read, or no JSON
 */
export async function readEvents(file: string, { input, folder }: Pick<Terminal, 'input' | 'folder'>) {
  const name = file === STANDARD_INPUT ? 'standard input' : file;
  const content = file === STANDARD_INPUT ? await text(input) : await readText(path.resolve(folder, file), name);
  return parseEvents(content.replace(/^\uFEFF/, ''), name);
}

const readText = (file: string, name: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(`cannot read ${name} (${cause.code ?? cause.message})`, { cause });
  });

function parseEvents(content: string, name: string): readonly EventDraft[] {
  const lines = content
    .split('\n')
    .map((line, index) => ({ text: line.trim(), place: `line ${index + 1} of ${name}` }))
    .filter((line) => line.text !== '');
  const [first] = lines;
  if (first === undefined) throw new Failure(`${name} is empty: expected CloudEvents as JSON`);
  // Whether a document is one to a line shows in its first: part of a longer document is seldom a document itself.
  const areLines = lines.length > 1 && tryParse(first.text) !== undefined;
  const values = areLines ? lines.map(({ text, place }) => parse(text, place)) : [parse(content, name)].flat();
  if (values.length === 0) throw new Failure(`${name} has an empty array: expected at least one CloudEvent`);
  return values.map((value, index) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw new Failure(`event ${index + 1} of ${name} is no JSON object: found ${describe(value)}`);
  });
}

function parse(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/, ?\.{0,3}".*$/s, '') : '';
    throw new Failure(`${place} is no JSON: ${reason}`, { cause });
  }
}

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
