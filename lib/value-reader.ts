import { nearest } from './nearest.ts';

/**
 * Reads a value of unknown shape and notes what is wrong with it, where it is, and what was expected, so that one run
 * shows every mistake. After a mistake it returns a placeholder; the caller throws the notes before using it.
 */
export class ValueReader {
  readonly #value: unknown;
  readonly #path: string;
  readonly #problems: string[];

  /**
   * @param path of the value, such as `prod.issuers[0].audience`
   * @param problems list that mistakes are added to
   */
  constructor(value: unknown, path: string, problems: string[]) {
    this.#value = value;
    this.#path = path;
    this.#problems = problems;
  }

  get absent(): boolean {
    return this.#value === undefined;
  }

  get isNull(): boolean {
    return this.#value === null;
  }

  /** The property of this name, absent if this is no object. */
  at(property: string): ValueReader {
    const value = isRecord(this.#value) ? this.#value[property] : undefined;
    return new ValueReader(value, `${this.#path}.${property}`, this.#problems);
  }

  /** Notes it if this is no object, and every property that is none of these. */
  object(properties: readonly string[]): void {
    if (!isRecord(this.#value)) {
      this.#note('an object');
      return;
    }
    for (const property of Object.keys(this.#value).filter((name) => !properties.includes(name))) {
      const guess = nearest(property, properties);
      const hint = guess === undefined ? '' : `. Did you mean ${guess}?`;
      this.at(property).#note(`no such property, only ${properties.join(', ')}${hint}`);
    }
  }

  /** The properties with their names; none if this is no object. */
  entries(expected: string): readonly (readonly [string, ValueReader])[] {
    if (isRecord(this.#value)) return Object.keys(this.#value).map((name) => [name, this.at(name)]);
    this.#note(expected);
    return [];
  }

  /** Notes a mistake that only the caller can see. */
  refuse(expected: string): void {
    this.#note(expected);
  }

  list(expected: string, atLeast = 0): readonly ValueReader[] {
    if (Array.isArray(this.#value) && this.#value.length >= atLeast) {
      return this.#value.map((item, index) => new ValueReader(item, `${this.#path}[${index}]`, this.#problems));
    }
    this.#note(expected);
    return [];
  }

  text(pattern: RegExp, expected: string): string {
    return this.check((value): value is string => typeof value === 'string' && pattern.test(value), expected, '');
  }

  whole(least: number, most: number, unit: string): number {
    return this.check(
      (value): value is number =>
        typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
      `a whole number of ${unit}, ${least} to ${most}`,
      least,
    );
  }

  flag(fallback: boolean): boolean {
    if (this.absent) return fallback;
    return this.check((value): value is boolean => typeof value === 'boolean', 'true or false', fallback);
  }

  oneOf<const Option extends string | number>(options: readonly Option[]): Option {
    const expected = options.map((option) => JSON.stringify(option)).join(', ');
    return this.check(
      (value): value is Option => options.some((option) => option === value),
      options.length === 1 ? expected : `one of ${expected}`,
      options[0] as Option,
    );
  }

  /** An https URL without credentials, query and fragment; over plain http as well if that is allowed. */
  url(http: boolean): string {
    const expected = `${http ? 'an http or https' : 'an https'} URL without user, query and fragment`;
    return this.check((value): value is string => typeof value === 'string' && isPlainUrl(value, http), expected, '');
  }

  check<Checked>(test: (value: unknown) => value is Checked, expected: string, placeholder: Checked): Checked {
    if (test(this.#value)) return this.#value;
    this.#note(expected);
    return placeholder;
  }

  #note(expected: string): void {
    const found = this.absent ? 'nothing' : textOf(this.#value);
    this.#problems.push(`${this.#path}: found ${found}, expected ${expected}`);
  }
}

/** As JSON where there is a form for it: that has none for `NaN`, and throws at `30n`. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'object'
    ? JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? `${member}n` : member))
    : `${String(value)}${typeof value === 'bigint' ? 'n' : ''}`;

function isPlainUrl(text: string, http: boolean): boolean {
  if (/[\s?#]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || (http && protocol === 'http:')) && username === '' && password === '';
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
