import { isObject } from '../json-value.ts';
import type { CsDeclaration, CsModel, CsProperty, CsRecord, CsType } from './model.ts';
import { numberLiteral, quoted } from './source-text.ts';
import { textOf } from './type-text.ts';

/** An expression of C#, and the namespaces that it takes besides those of this package and the implicit ones. */
export interface CsLiteral {
  readonly code: string;
  readonly usings: readonly string[];
}

type MapType = Pick<Extract<CsType, { readonly of: CsType }>, 'of' | 'nullableItems'>;

/** Members that a record does not name. */
const OTHERS: MapType = { of: { kind: 'json' }, nullableItems: false };

/** Data as a program writes it: where its class is known, so that `new()` needs no name. */
export function dataLiteral(model: CsModel, data: unknown, indent = ''): CsLiteral {
  const writer = new LiteralWriter(model.declarations);
  const code = writer.write({ kind: 'declared', name: model.name }, data, indent);
  return { code, usings: [...writer.usings].sort() };
}

class LiteralWriter {
  readonly usings = new Set<string>();
  readonly #declarations: ReadonlyMap<string, CsDeclaration>;

  constructor(declarations: readonly CsDeclaration[]) {
    this.#declarations = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  }

  write(type: CsType, value: unknown, indent: string): string {
    if (type.kind === 'json') return this.#json(value);
    if (value === null) return 'null';
    switch (type.kind) {
      case 'declared':
        return this.#declared(type.name, value, indent);
      case 'list': {
        const items = Array.isArray(value) ? value.map((item) => this.write(type.of, item, `${indent}    `)) : [];
        return items.length === 0 ? '[]' : block('[', items, ']', indent);
      }
      case 'map':
        return this.#map(type, value, indent);
      case 'text':
        return quoted(String(value));
      case 'date':
        return `CalendarDate.Parse(${quoted(String(value))})`;
      case 'timestamp':
        this.usings.add('System.Globalization');
        return `DateTimeOffset.Parse(${quoted(String(value))}, CultureInfo.InvariantCulture)`;
      default:
        return typeof value === 'number' ? numberLiteral(value, type.kind) : String(value);
    }
  }

  #declared(name: string, value: unknown, indent: string): string {
    const declaration = this.#declarations.get(name);
    if (declaration?.kind === 'enum') {
      const member = declaration.members.find((one) => one.value === value);
      return `${name}.${member?.name ?? ''}`;
    }
    return declaration === undefined || !isObject(value) ? 'new()' : this.#record(declaration, value, indent);
  }

  #record(record: CsRecord, value: Readonly<Record<string, unknown>>, indent: string): string {
    const inner = `${indent}    `;
    const isSet = ({ wireName, constant }: CsProperty): boolean =>
      constant === undefined && Object.hasOwn(value, wireName);
    const members = record.properties
      .filter(isSet)
      .map(({ wireName, name, type }) => `${name} = ${this.write(type, value[wireName], inner)}`);
    const known = new Set(record.properties.map(({ wireName }) => wireName));
    const others = Object.entries(value).filter(([key]) => !known.has(key));
    if (record.others !== undefined && others.length > 0)
      members.push(`${record.others} = ${this.#map(OTHERS, Object.fromEntries(others), inner)}`);
    return members.length === 0 ? 'new()' : `new()\n${block(`${indent}{`, members, '}', indent)}`;
  }

  #map({ of, nullableItems }: MapType, value: unknown, indent: string): string {
    const entries = Object.entries(isObject(value) ? value : {}).map(
      ([key, inner]) => `[${quoted(key)}] = ${this.write(of, inner, `${indent}    `)}`,
    );
    if (of.kind === 'json') this.usings.add('System.Text.Json');
    const type = `new Dictionary<string, ${textOf(of)}${nullableItems ? '?' : ''}>`;
    return entries.length === 0 ? `${type}()` : `${type}\n${block(`${indent}{`, entries, '}', indent)}`;
  }

  #json(value: unknown): string {
    this.usings.add('System.Text.Json');
    return `JsonDocument.Parse(${quoted(JSON.stringify(value))}).RootElement`;
  }
}

const block = (open: string, parts: readonly string[], close: string, indent: string): string =>
  `${open}\n${parts.map((part) => `${indent}    ${part},\n`).join('')}${indent}${close}`;
