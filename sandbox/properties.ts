import { isObject } from './http.ts';
import { TemplateError } from './sandbox-error.ts';

/**
 * The properties of a resource, or those below one of them, read with their types. CloudFormation takes numbers and
 * booleans as text as well, so this does too.
 */
export class Properties {
  readonly #resource: { readonly id: string; readonly type: string };
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(
    resource: { readonly id: string; readonly type: string },
    values: Readonly<Record<string, unknown>>,
    path = '',
  ) {
    this.#resource = resource;
    this.#values = values;
    this.#path = path;
  }

  get names(): readonly string[] {
    return Object.keys(this.#values);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The value as it is. */
  raw(name: string): unknown {
    return this.#values[name];
  }

  text(name: string, fallback?: string): string {
    const value = this.#values[name] ?? fallback;
    return typeof value === 'string' ? value : this.#expected(name, 'a string');
  }

  number(name: string, fallback?: number): number {
    const value = this.#values[name] ?? fallback;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : this.#expected(name, 'a number');
  }

  flag(name: string): boolean {
    const value = this.#values[name] ?? false;
    return typeof value === 'boolean'
      ? value
      : ['true', 'false'].includes(String(value))
        ? value === 'true'
        : this.#expected(name, 'true or false');
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name] ?? [];
    return Array.isArray(value) ? value.map(String) : this.#expected(name, 'a list');
  }

  object(name: string): Properties {
    const value = this.#values[name] ?? {};
    return isObject(value) ? this.#below(name, value) : this.#expected(name, 'an object');
  }

  objects(name: string): readonly Properties[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) return this.#expected(name, 'a list');
    return value.map((entry, index) =>
      isObject(entry) ? this.#below(`${name}[${index}]`, entry) : this.#expected(`${name}[${index}]`, 'an object'),
    );
  }

  /** Refuses a property for its value. */
  refuse(name: string, message: string): never {
    throw new TemplateError(this.#resource, this.#path + name, message);
  }

  #below(name: string, values: Readonly<Record<string, unknown>>): Properties {
    return new Properties(this.#resource, values, `${this.#path}${name}.`);
  }

  #expected(name: string, what: string): never {
    return this.refuse(name, `found ${JSON.stringify(this.#values[name]) ?? 'nothing'}, expected ${what}`);
  }
}
