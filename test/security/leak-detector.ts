/** What an attempt has sent, so that an answer that gives it back gives nothing away. */
export interface Sent {
  /** All text of the request, and the claims of who made it. */
  readonly text: string;
  /** Head of the attacker's own log at most: a number above it, in an answer, is another's. */
  readonly ownHead: number;
}

/** Something of another that an answer holds. */
export interface Leak {
  readonly mark: string;
  /** Where it stands, in few words. */
  readonly around: string;
}

/** Members of answers that tell how far a log goes. */
const POSITIONS = new Set(['head', 'through', 'oldest', 'sequence', 'from']);

/**
 * Finds what belongs to another in what an attacker gets. What the attacker has sent and gets back is no leak; the
 * marks that nobody but their owner knows are in no request, so they are one wherever they are.
 */
export class LeakDetector {
  /** Form in which a mark can stand in an answer → mark. */
  readonly #forms: ReadonlyMap<string, string>;

  /** @param marks unique texts out of another's ids, attributes and data */
  constructor(marks: readonly string[]) {
    if (marks.length === 0 || marks.some((mark) => mark.length < 8)) {
      throw new RangeError('Expected marks of at least 8 characters: shorter ones occur by chance');
    }
    this.#forms = new Map(marks.flatMap((mark) => formsOf(mark).map((form) => [form, mark] as const)));
  }

  /** @param answer status line, headers and body, or frames; whatever bytes have come */
  find(answer: string, sent: Sent): readonly Leak[] {
    const forms = [...this.#forms].flatMap(([form, mark]) => (answer.includes(form) ? [{ form, mark }] : []));
    const known = forms.length === 0 ? [] : variantsOf(sent.text);
    const given = forms.filter(({ form }) => !known.some((text) => text.includes(form)));
    const marks = [...new Set(given.map(({ mark }) => mark))];
    return [
      ...marks.map((mark) => ({ mark, around: around(answer, mark) })),
      ...positionsIn(answer)
        .filter(({ value }) => value > sent.ownHead && !sent.text.includes(String(value)))
        .map(({ name, value }) => ({
          mark: `${name} ${value}`,
          around: `the attacker's own log ends at ${sent.ownHead}`,
        })),
    ];
  }
}

/** A mark as it is, and in base64 at any of its three alignments. */
function formsOf(mark: string): readonly string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(mark)]).toString('base64');
    // The ends depend on what stands beside it.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  const telling = encoded.filter(({ length }) => length >= 12);
  return [mark, ...telling, ...telling.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** What was sent, and as others would decode it. */
function variantsOf(text: string): readonly string[] {
  const variants = [text];
  for (let rest = 3; rest > 0; rest -= 1) {
    const decoded = (variants.at(-1) ?? '').replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
    );
    variants.push(decoded);
  }
  return variants;
}

function positionsIn(answer: string): readonly { readonly name: string; readonly value: number }[] {
  const found = answer.matchAll(/"(\w+)":"?0*(\d+)/g);
  return [...found].flatMap(([, name = '', digits]) => (POSITIONS.has(name) ? [{ name, value: Number(digits) }] : []));
}

function around(answer: string, mark: string): string {
  const at = answer.indexOf(mark);
  return at < 0 ? 'encoded' : answer.slice(Math.max(0, at - 60), at + mark.length + 20);
}
