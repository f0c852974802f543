const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** The compiler takes 1023 bytes, of what is made of a name too. Source: its error CS7013. */
const MOST_CHARACTERS = 200;

/**
 * Any text as a name of C#: `in-progress` becomes `InProgress`, `confirmedPaid` `ConfirmedPaid`. No name that begins with
 * a capital is a keyword. Letters beyond U+FFFF are none to C#.
 */
export function pascalName(text: string, otherwise = 'Value'): string {
  const name = text
    .normalize('NFC')
    .split(/[^\p{L}\p{Nd}]+|[\u{10000}-\u{10FFFF}]/u)
    .map(capitalized)
    .join('')
    .slice(0, MOST_CHARACTERS);
  if (name === '') return otherwise;
  return /^\p{Nd}/u.test(name) ? `${otherwise}${name}` : name;
}

/** What a record has of its own, by the compiler or from `object`, or calls by its name: no property may be called so. */
export const OF_EVERY_RECORD: readonly string[] = [
  'Clone',
  'EqualityContract',
  'Equals',
  'Finalize',
  'GetHashCode',
  'GetType',
  'JsonIgnoreCondition',
  'MemberwiseClone',
  'PrintMembers',
  'ReferenceEquals',
  'ToString',
  'ValueList',
  'ValueMap',
];

/** Gives each name once: a second `Street` becomes `Street2`. */
export class NamesTaken {
  readonly #taken: Set<string>;

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  take(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted}${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** What one of several is called: `Targets` has items `Target`, `Entries` `Entry`; of others it says so. */
export function itemName(list: string): string {
  if (/[^aeiou]ies$/.test(list)) return `${list.slice(0, -3)}y`;
  if (/[^aeious]s$|es$/.test(list) && !/(?:ss|us|is|xes|ses|ches|shes)$/.test(list)) return list.slice(0, -1);
  return `${list}Item`;
}
