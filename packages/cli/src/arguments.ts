import { parseArgs } from 'node:util';
import { describe } from '@tidings/contracts';
import { UsageError } from './failure.ts';
import { didYouMean } from './nearest.ts';

/** An option of a command. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** May be given several times. */
  readonly multiple?: true;
  readonly short?: string;
  /** Stands for the value in the help. */
  readonly value?: string;
  readonly summary: string;
  /** What a shell may complete the value by. */
  readonly complete?: Completion;
}

/** Kinds of values that a shell can complete: event types, patterns of them, files, targets, or words. */
export type Completion = 'type' | 'pattern' | 'file' | 'target' | readonly string[];

export type Options = Readonly<Record<string, Option>>;

/** What a command was called with. */
export interface Arguments<Name extends string> {
  readonly positionals: readonly string[];
  flag(name: Name): boolean;
  text(name: Name): string | undefined;
  /** All values of an option, each of which may hold several, separated by commas or white space. */
  list(name: Name): readonly string[];
  /**
   * @param least 1 where nothing else is said
   * @throws UsageError unless the value is a whole number of at least so much
   */
  wholeNumber(name: Name, least?: number): number | undefined;
}

/** @throws UsageError for an unknown option, a missing value, one too many, or more than `most` positionals */
export function parseArguments<O extends Options>(
  args: readonly string[],
  options: O,
  { command, most }: { readonly command: string; readonly most: number },
): Arguments<keyof O & string> {
  const see = `see \`${command} --help\``;
  // Not strict, because the messages of the strict mode are long and know no nearest name.
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: withoutSummaries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const meant = didYouMean(
        token.rawName,
        Object.keys(options).map((name) => `--${name}`),
      );
      throw new UsageError(`unknown option ${token.rawName}${meant || `; ${see}`}`);
    }
    const problem = valueProblem(option, token);
    if (problem !== undefined) throw new UsageError(`${token.rawName} ${problem}`);
  }
  const surplus = positionals[most];
  if (surplus !== undefined) throw new UsageError(`unexpected argument ${describe(surplus)}; ${see}`);
  return new ParsedArguments(values, positionals);
}

type Values = ReturnType<typeof parseArgs>['values'];

class ParsedArguments<Name extends string> implements Arguments<Name> {
  readonly #values: Values;
  readonly positionals: readonly string[];

  constructor(values: Values, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }

  flag(name: Name): boolean {
    return this.#values[name] === true;
  }

  text(name: Name): string | undefined {
    return this.#texts(name).at(-1);
  }

  list(name: Name): readonly string[] {
    return this.#texts(name)
      .flatMap((text) => text.split(/[,\s]+/))
      .filter((value) => value !== '');
  }

  wholeNumber(name: Name, least = 1): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least) return value;
    throw new UsageError(`--${name} expects a whole number of at least ${least}, found ${describe(text)}`);
  }

  #texts(name: Name): readonly string[] {
    return [this.#values[name] ?? []].flat().filter((value) => typeof value === 'string');
  }
}

function valueProblem(
  { type, value: placeholder = 'value' }: Option,
  { value, inlineValue }: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
): string | undefined {
  if (type === 'boolean') return value === undefined ? undefined : `takes no value, found ${describe(value)}`;
  if (value === undefined) return `expects a value: ${placeholder}`;
  if (value.trim() === '') return `expects a value: ${placeholder}; found an empty one`;
  // `--count --json` forgot a value. A lone dash is standard input.
  const isOption = !inlineValue && value.startsWith('-') && value !== '-';
  return isOption ? `expects a value: ${placeholder}; found ${describe(value)}` : undefined;
}

const withoutSummaries = (options: Options) =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false, short }]) => [
      name,
      { type, multiple, ...(short !== undefined && { short }) },
    ]),
  );
