import { describe } from '../../../packages/contracts/src/identifiers.ts';
import { Refused } from '../refused.ts';
import { isKindName, KINDS, type KindName } from './property-kind.ts';

/** A property as a person asks for it. */
export interface PropertySpec {
  /** Names from the outermost object inwards; `list` where it is an array of what follows. */
  readonly path: readonly PathStep[];
  /** A kind, or the values that are allowed. */
  readonly kind: KindName | readonly string[];
  readonly list: boolean;
  readonly required: boolean;
  readonly description: string | undefined;
}

export interface PathStep {
  readonly name: string;
  readonly list: boolean;
}

export const PROPERTY_GRAMMAR =
  '<name>:<type>[!][:<description>], such as total:number!, lines[].sku:string or status:enum=open,closed';

const STEP = /^(?<name>[A-Za-z_$][A-Za-z0-9_$-]*)(?<list>\[\])?$/;
const TYPE = /^(?<kind>[^[\]!]+)(?<list>\[\])?(?<required>!)?$/;

/**
 * Reads `<name>:<type>[!][:<description>]`. A name with dots goes into objects (`address.city`), one with `[]` into
 * the items of a list (`lines[].sku`); a type with `[]` is a list of that type; `!` makes it required.
 *
 * @throws Refused with exit code 2
 */
export function parseProperty(text: string): PropertySpec {
  const [name = '', type = '', ...rest] = text.split(':');
  const steps = name.split('.').map((part) => STEP.exec(part)?.groups);
  const parts = TYPE.exec(type.trim())?.groups;
  const path = steps.map((step) => ({ name: step?.['name'] ?? '', list: step?.['list'] !== undefined }));
  if (parts === undefined || steps.includes(undefined) || path.at(-1)?.list === true) {
    throw refused(text, `expected ${PROPERTY_GRAMMAR}`);
  }
  if (path.some((step) => step.name === '__proto__')) throw refused(text, 'no property can be named "__proto__"');
  const description = rest.join(':').trim();
  return {
    path,
    kind: kindOf(text, parts['kind'] ?? ''),
    list: parts['list'] !== undefined,
    required: parts['required'] !== undefined,
    description: description === '' ? undefined : description,
  };
}

function kindOf(text: string, kind: string): KindName | readonly string[] {
  if (isKindName(kind)) return kind;
  if (!kind.startsWith('enum=')) {
    throw refused(
      text,
      `expected a type out of ${Object.keys(KINDS).join(', ')} or enum=<value>,…, found ${describe(kind)}`,
    );
  }
  const values = kind
    .slice('enum='.length)
    .split(',')
    .map((value) => value.trim());
  if (values.includes('') || new Set(values).size < values.length) {
    throw refused(text, 'expected different values with commas between them after enum=');
  }
  return values;
}

const refused = (text: string, why: string): Refused =>
  new Refused(`--property ${describe(text)}: ${why}`, { exitCode: 2 });
