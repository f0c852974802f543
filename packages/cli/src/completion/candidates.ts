import type { Completion, Options } from '../arguments.ts';
import { KNOWN_TYPES } from '../example-event.ts';
import type { PreparedCommand } from '../prepared-command.ts';
import { namesOfTargets } from '../target.ts';

/** What a shell can complete a word by. */
export interface Candidates {
  readonly words: readonly string[];
  /** Whether names of files fit as well: the shell knows them best. */
  readonly mayBeFile: boolean;
}

/** Types, and the patterns that choose all of a module or of an entity. */
const PATTERNS: readonly string[] = [
  ...new Set(KNOWN_TYPES.flatMap((type) => [type, `${type.split('.')[0]}.*`, `${type.split(':')[0]}:*`])),
].sort();

const NONE: Candidates = { words: [], mayBeFile: false };

/**
 * What may stand in place of the last word of a command line.
 * @param words what follows `tidings`, up to the cursor; the last one is what has been typed of it, maybe nothing
 * @param folder to look for named targets from
 */
export async function candidatesFor(
  words: readonly string[],
  commands: readonly PreparedCommand[],
  folder: string,
): Promise<Candidates> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? '';
  const found = await allFor(before, typed, commands, folder);
  return { ...found, words: found.words.filter((word) => word.startsWith(typed)) };
}

async function allFor(
  before: readonly string[],
  typed: string,
  commands: readonly PreparedCommand[],
  folder: string,
): Promise<Candidates> {
  const [first, ...afterFirst] = before[0] === 'help' ? before.slice(1) : before;
  if (first === undefined) return { ...NONE, words: firstWords(commands, before.length === 0) };
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && afterFirst.length === 0) {
    return { ...NONE, words: group.map(({ name }) => name.slice(first.length + 1)) };
  }
  const name = group.length > 0 ? `${first} ${afterFirst[0]}` : first;
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return NONE;
  return valuesOrOptions(command, group.length > 0 ? afterFirst.slice(1) : afterFirst, typed, folder);
}

async function valuesOrOptions(
  { options, complete }: PreparedCommand,
  before: readonly string[],
  typed: string,
  folder: string,
): Promise<Candidates> {
  // `--types=ba`: the shell completes the whole word.
  const [, assigned, value = ''] = /^(--[\w-]+=)(.*)$/.exec(typed) ?? [];
  if (assigned !== undefined) {
    const found = await valuesOf(optionNamed(assigned.slice(0, -1), options)?.complete, value, folder);
    return { ...found, words: found.words.map((word) => `${assigned}${word}`) };
  }
  const waiting = optionNamed(before.at(-1) ?? '', options);
  if (waiting?.type === 'string') return valuesOf(waiting.complete, typed, folder);
  if (typed.startsWith('-')) return { ...NONE, words: optionWords(options, before) };
  return valuesOf(complete, typed, folder);
}

async function valuesOf(completion: Completion | undefined, typed: string, folder: string): Promise<Candidates> {
  if (completion === undefined) return NONE;
  if (completion === 'file') return { words: [], mayBeFile: true };
  if (completion === 'target') return { words: await namesOfTargets(folder), mayBeFile: true };
  if (completion === 'type') return { ...NONE, words: KNOWN_TYPES };
  if (completion !== 'pattern') return { ...NONE, words: completion };
  // Of a list, the last one is being typed.
  const done = typed.slice(0, typed.lastIndexOf(',') + 1);
  return { ...NONE, words: PATTERNS.map((word) => `${done}${word}`) };
}

/** Options that may still follow: one that was given is offered again only if it can be. */
function optionWords(options: Options, before: readonly string[]): readonly string[] {
  return Object.entries(options)
    .filter(([name, { multiple }]) => multiple === true || !before.some((word) => word.split('=')[0] === `--${name}`))
    .map(([name]) => `--${name}`);
}

function optionNamed(word: string, options: Options): Options[string] | undefined {
  if (word.startsWith('--')) return Object.hasOwn(options, word.slice(2)) ? options[word.slice(2)] : undefined;
  return Object.values(options).find(({ short }) => short !== undefined && word === `-${short}`);
}

function firstWords(commands: readonly PreparedCommand[], isFirst: boolean): readonly string[] {
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  return isFirst ? [...names, 'help', '--help', '--version'] : names;
}
