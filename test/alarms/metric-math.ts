type Value = number | undefined;
type Lookup = (id: string) => Value;

const TOKEN = /\s*(>=|\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9_]*|[()[\],+\-*/])/y;

/**
 * Computes an expression of metric math for one period. It knows what the alarms of the hub use and refuses the rest: the
 * four operations, `>=`, `FILL`, `IF` and `MAX` of a list. As in CloudWatch, what is computed from a missing value is
 * missing, and `MAX` passes over those that are. Source: CloudWatch user guide, "Using metric math".
 */
export function compute(expression: string, lookup: Lookup): Value {
  const tokens = tokenize(expression);
  const result = new Parser(tokens, lookup).comparison();
  if (tokens.length > 0) throw new Error(`${expression}: found "${tokens[0]}", expected the end`);
  return result;
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < expression.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) throw new Error(`${expression}: cannot be read from character ${at}`);
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  readonly #tokens: string[];
  readonly #lookup: Lookup;

  constructor(tokens: string[], lookup: Lookup) {
    this.#tokens = tokens;
    this.#lookup = lookup;
  }

  comparison(): Value {
    const left = this.#sum();
    if (this.#tokens[0] !== '>=') return left;
    this.#tokens.shift();
    return both(left, this.#sum(), (a, b) => (a >= b ? 1 : 0));
  }

  #sum(): Value {
    let value = this.#product();
    for (let sign = this.#tokens[0]; sign === '+' || sign === '-'; sign = this.#tokens[0]) {
      this.#tokens.shift();
      const isPlus = sign === '+';
      value = both(value, this.#product(), (a, b) => (isPlus ? a + b : a - b));
    }
    return value;
  }

  #product(): Value {
    let value = this.#operand();
    for (let sign = this.#tokens[0]; sign === '*' || sign === '/'; sign = this.#tokens[0]) {
      this.#tokens.shift();
      const isTimes = sign === '*';
      value = both(value, this.#operand(), (a, b) => (isTimes ? a * b : a / b));
      // CloudWatch has no value where something is divided by nought.
      if (value !== undefined && !Number.isFinite(value)) value = undefined;
    }
    return value;
  }

  #operand(): Value {
    const token = this.#tokens.shift() ?? '';
    if (/^\d/.test(token)) return Number(token);
    if (token === '(') return this.#until(')', () => this.comparison());
    if (!/^[A-Za-z]/.test(token)) throw new Error(`found "${token}", expected a number, a metric or a function`);
    if (this.#tokens[0] !== '(') return this.#lookup(token);
    this.#expect('(');
    return this.#until(')', () => this.#call(token));
  }

  #call(name: string): Value {
    if (name === 'MAX') {
      this.#expect('[');
      const values = this.#until(']', () => this.#list()).filter((value) => value !== undefined);
      return values.length === 0 ? undefined : Math.max(...values);
    }
    const values = this.#list();
    if (name === 'FILL' && values.length === 2) return values[0] ?? values[1];
    if (name !== 'IF' || values.length !== 3) throw new Error(`found ${name} of ${values.length}, which no alarm uses`);
    const [condition, yes, no] = values;
    return condition === undefined ? undefined : condition === 0 ? no : yes;
  }

  #list(): Value[] {
    const values = [this.comparison()];
    while (this.#tokens[0] === ',') {
      this.#tokens.shift();
      values.push(this.comparison());
    }
    return values;
  }

  #until<Result>(end: string, read: () => Result): Result {
    const result = read();
    this.#expect(end);
    return result;
  }

  #expect(token: string): void {
    const found = this.#tokens.shift();
    if (found !== token) throw new Error(`found ${found ?? 'the end'}, expected ${token}`);
  }
}

const both = (a: Value, b: Value, apply: (a: number, b: number) => number): Value =>
  a === undefined || b === undefined ? undefined : apply(a, b);
