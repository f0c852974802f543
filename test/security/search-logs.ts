import type { Secret } from '../acceptance/secrets.ts';

/** Where a log repeats what it must not. The secret itself is not in here: this is printed. */
export interface Repetition {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly kind: Secret['kind'] | 'what looks like a token';
}

/** Characters of the pieces by which tokens are recognized: whoever repeats twice as many repeats a whole piece. */
const PIECE = 24;

/** A run of characters that a token is made of. */
const RUN = new RegExp(`[\\w-]{${PIECE},}`, 'g');

/** Every JSON object in base64url begins like this: a token that nobody has written down is found too. */
const TOKEN_LIKE = /\beyJ[\w-]{10,}/;

/** Claims and payloads shorter than this occur by chance. */
const LEAST_CHARACTERS = 8;

/** Searches texts for secrets: for tokens whole, for each of their parts, and for pieces of a part. */
export class LogSearch {
  readonly #pieces: ReadonlySet<string>;
  readonly #texts: readonly Secret[];

  constructor(secrets: readonly Secret[]) {
    const tokens = secrets.filter(({ kind }) => kind === 'token');
    this.#pieces = new Set(tokens.flatMap(({ text }) => text.split('.').flatMap(piecesOf)));
    const texts = secrets.filter(({ kind, text }) => kind !== 'token' && text.length >= LEAST_CHARACTERS);
    this.#texts = [...new Map(texts.map((secret) => [secret.text, secret])).values()];
  }

  /** How much is searched for: pieces of tokens, and other texts. */
  get size(): number {
    return this.#pieces.size + this.#texts.length;
  }

  search(file: string, content: string): readonly Repetition[] {
    return content
      .split('\n')
      .flatMap((text, index) => this.#kindsIn(text).map((kind) => ({ file, line: index + 1, kind })));
  }

  #kindsIn(line: string): readonly Repetition['kind'][] {
    const kinds = new Set<Repetition['kind']>();
    if (TOKEN_LIKE.test(line)) kinds.add('what looks like a token');
    if ((line.match(RUN) ?? []).some((run) => this.#hasPiece(run))) kinds.add('token');
    // JSON in JSON escapes quotes once more; what is searched for is compared without any.
    const bare = line.replaceAll('\\', '');
    for (const { kind, text } of this.#texts) if (bare.includes(text.replaceAll('\\', ''))) kinds.add(kind);
    return [...kinds];
  }

  #hasPiece(run: string): boolean {
    for (let at = 0; at + PIECE <= run.length; at += 1) if (this.#pieces.has(run.slice(at, at + PIECE))) return true;
    return false;
  }
}

/** A part of a token in pieces one after the other; the last one may overlap. */
function piecesOf(part: string): readonly string[] {
  if (part.length < PIECE) return [];
  const count = Math.floor(part.length / PIECE);
  return [
    ...Array.from({ length: count }, (_, index) => part.slice(index * PIECE, (index + 1) * PIECE)),
    part.slice(-PIECE),
  ];
}
