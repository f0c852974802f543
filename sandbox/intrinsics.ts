import { isObject } from './http.ts';
import { SandboxError } from './sandbox-error.ts';

/** Looks up what an intrinsic function names. Each throws when there is no such thing. */
export interface References {
  ref(name: string): unknown;
  attribute(id: string, attribute: string): unknown;
}

type Resolve = (value: unknown) => unknown;

const FUNCTIONS: Readonly<Record<string, (argument: unknown, resolve: Resolve, references: References) => unknown>> = {
  Ref: (name, _resolve, references) => references.ref(asText(name)),
  'Fn::GetAtt': (argument, _resolve, references) => {
    const [id = '', ...attribute] = Array.isArray(argument) ? argument.map(asText) : asText(argument).split('.');
    return references.attribute(id, attribute.join('.'));
  },
  'Fn::Join': (argument, resolve) => {
    const [separator, parts] = asPair(argument, resolve);
    return asList(parts).map(asText).join(asText(separator));
  },
  'Fn::Select': (argument, resolve) => {
    const [index, list] = asPair(argument, resolve);
    const values = asList(list);
    if (values[Number(index)] === undefined) throw new SandboxError(`no element ${index} in ${JSON.stringify(values)}`);
    return values[Number(index)];
  },
  'Fn::Split': (argument, resolve) => {
    const [separator, text] = asPair(argument, resolve);
    return asText(text).split(asText(separator));
  },
  'Fn::Sub': (argument, resolve, references) => {
    const [template, variables] = Array.isArray(argument) ? [argument[0], resolve(argument[1])] : [argument, {}];
    return asText(template).replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (isObject(variables) && Object.hasOwn(variables, name)) return asText(variables[name]);
      const [id = '', ...attribute] = name.split('.');
      return asText(attribute.length === 0 ? references.ref(id) : references.attribute(id, attribute.join('.')));
    });
  },
};

/**
 * A value of the template with its intrinsic functions carried out.
 *
 * @throws SandboxError for a function that the sandbox does not know, or a reference to nothing
 */
export function resolveIntrinsics(value: unknown, references: References): unknown {
  const resolve: Resolve = (inner) => resolveIntrinsics(inner, references);
  if (Array.isArray(value)) return value.map(resolve);
  if (!isObject(value)) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    const perform = FUNCTIONS[name];
    if (perform !== undefined) return perform(argument, resolve, references);
    // `Condition` is a word of IAM policies too, where it holds an object.
    if (name !== 'Condition' || typeof argument === 'string') {
      const known = Object.keys(FUNCTIONS).join(', ');
      throw new SandboxError(`uses ${name}, which the sandbox does not know. It knows: ${known}`);
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}

function asText(value: unknown): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new SandboxError(`found ${JSON.stringify(value)}, expected a string`);
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new SandboxError(`found ${JSON.stringify(value)}, expected a list`);
}

function asPair(argument: unknown, resolve: Resolve): readonly [unknown, unknown] {
  const [first, second] = asList(resolve(argument));
  return [first, second];
}
