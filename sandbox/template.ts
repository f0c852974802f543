import { isObject } from './http.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { Properties } from './properties.ts';
import { RESOURCE_TYPES, type ResourceType, type Shape, type Surroundings } from './resource-types.ts';
import { SandboxError } from './sandbox-error.ts';

/** A resource of the template, with everything resolved. */
export interface Resource {
  /** Logical id. */
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  /** What `Ref` gives for it. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives for it. */
  attribute(name: string): string;
}

interface Declaration {
  readonly id: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Sections of a template, other than the resources, that have nothing for the sandbox. */
const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
];

/**
 * A stack as its template declares it. What the sandbox does not know stops it: a resource type, a property, an
 * intrinsic function, a reference to nothing. `DependsOn` and the deletion policies order and guard a deployment, of
 * which there is none here.
 */
export class Template {
  readonly surroundings: Surroundings;
  readonly outputs: Readonly<Record<string, string>>;
  readonly #declarations: ReadonlyMap<string, Declaration>;
  readonly #parameters: Readonly<Record<string, unknown>>;
  readonly #naming = new Set<string>();
  readonly #resolved = new Map<string, Readonly<Record<string, unknown>>>();

  /** @throws SandboxError */
  constructor(document: unknown, surroundings: Surroundings) {
    this.surroundings = surroundings;
    const template = asObject(document, 'The template');
    const stray = Object.keys(template).find((section) => !SECTIONS.includes(section));
    if (stray !== undefined) {
      throw new SandboxError(
        `The template has a section "${stray}", which the sandbox does not know. It knows: ${SECTIONS.join(', ')}`,
      );
    }
    this.#parameters = asObject(template['Parameters'] ?? {}, 'Parameters');
    this.#declarations = new Map(
      Object.entries(asObject(template['Resources'] ?? {}, 'Resources')).map(([id, value]) => [id, declare(id, value)]),
    );
    for (const { id } of this.#declarations.values()) this.#values(id);
    this.outputs = Object.fromEntries(
      Object.entries(asObject(template['Outputs'] ?? {}, 'Outputs')).map(([name, output]) => [
        name,
        String(this.#resolve(asObject(output, `Output "${name}"`)['Value'], `Output "${name}"`)),
      ]),
    );
  }

  /** All resources of these types, in the order of the template. */
  resources(...types: readonly string[]): readonly Resource[] {
    return [...this.#declarations.values()]
      .filter(({ type }) => types.includes(type))
      .map((declaration) => ({
        id: declaration.id,
        type: declaration.type,
        properties: new Properties(declaration, this.#values(declaration.id)),
        ref: this.#ref(declaration.id),
        attribute: (name) => this.#attribute(declaration.id, name),
      }));
  }

  #values(id: string): Readonly<Record<string, unknown>> {
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const { type, values } = this.#declaration(id);
    const where = `Resource "${id}" (${type})`;
    const resolved = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.#resolve(value, `${where}, ${name}`)]),
    );
    this.#resolved.set(id, resolved);
    return resolved;
  }

  #resolve(value: unknown, where: string): unknown {
    try {
      return resolveIntrinsics(value, {
        ref: (name) => this.#ref(name),
        attribute: (id, attribute) => this.#attribute(id, attribute),
      });
    } catch (error) {
      if (!(error instanceof SandboxError) || error.message.startsWith('Resource "')) throw error;
      throw new SandboxError(`${where}: ${error.message}`);
    }
  }

  #ref(name: string): string {
    const { region, accountId, stackName } = this.surroundings;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::Region':
        return region;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/sandbox`;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
    }
    const parameter = this.#parameters[name];
    if (isObject(parameter) && typeof parameter['Default'] === 'string') return parameter['Default'];
    const { type } = this.#declaration(name);
    return typeOf(name, type).ref(name, this.#names(name), this.surroundings);
  }

  #attribute(id: string, attribute: string): string {
    const { type } = this.#declaration(id);
    const { attributes = {} } = typeOf(id, type);
    const compute = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (compute === undefined) {
      const known = Object.keys(attributes).join(', ') || 'none';
      throw new SandboxError(`no attribute ${attribute} of "${id}" (${type}) is known. Known: ${known}`);
    }
    return compute(id, this.#names(id), this.surroundings);
  }

  /** The properties that identity is made of. Others may refer back, which is a circle on paper only. */
  #names(id: string): Readonly<Record<string, unknown>> {
    const { type, values } = this.#declaration(id);
    if (this.#naming.has(id)) throw new SandboxError(`the name of "${id}" (${type}) refers to itself`);
    this.#naming.add(id);
    const naming = Object.entries(values).filter(([name]) => /Name$|^FifoQueue$|^ProtocolType$/.test(name));
    const names = Object.fromEntries(
      naming.map(([name, value]) => [name, this.#resolve(value, `Resource "${id}" (${type}), ${name}`)]),
    );
    this.#naming.delete(id);
    return names;
  }

  #declaration(id: string): Declaration {
    const declaration = this.#declarations.get(id);
    if (declaration === undefined)
      throw new SandboxError(`refers to "${id}", which is no resource, parameter or pseudo parameter`);
    return declaration;
  }
}

function declare(id: string, value: unknown): Declaration {
  const resource = asObject(value, `Resource "${id}"`);
  const type = String(resource['Type']);
  const { served, withoutEffect } = typeOf(id, type);
  if (resource['Condition'] !== undefined && type !== 'AWS::CDK::Metadata') {
    throw new SandboxError(`Resource "${id}" (${type}) has a Condition, which the sandbox does not know`);
  }
  const values = asObject(resource['Properties'] ?? {}, `Resource "${id}" (${type}), Properties`);
  for (const [name, content] of Object.entries(values)) {
    if (Object.hasOwn(withoutEffect, name)) continue;
    checkShape(content, Object.hasOwn(served, name) ? served[name] : undefined, { id, type, path: name });
  }
  return { id, type, values };
}

function checkShape(value: unknown, shape: Shape | undefined, at: { id: string; type: string; path: string }): void {
  if (shape === undefined) {
    throw new SandboxError(
      `Resource "${at.id}" has type ${at.type}, whose property ${at.path} the sandbox does not know. ` +
        'See sandbox/resource-types.ts for those that it knows.',
    );
  }
  if (shape === true) return;
  if (Array.isArray(value)) {
    const [inner] = Array.isArray(shape) ? shape : [undefined];
    for (const [index, entry] of value.entries()) checkShape(entry, inner, { ...at, path: `${at.path}[${index}]` });
    return;
  }
  if (!isObject(value) || Array.isArray(shape)) return;
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(shape, name) ? (shape as Readonly<Record<string, Shape>>)[name] : undefined;
    checkShape(inner, known, { ...at, path: `${at.path}.${name}` });
  }
}

function typeOf(id: string, type: string): ResourceType {
  const known = Object.hasOwn(RESOURCE_TYPES, type) ? RESOURCE_TYPES[type] : undefined;
  if (known !== undefined) return known;
  throw new SandboxError(
    `Resource "${id}" has type ${type}, which the sandbox does not know. It knows: ${Object.keys(RESOURCE_TYPES).join(', ')}`,
  );
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new SandboxError(`${what}: found ${JSON.stringify(value) ?? 'nothing'}, expected an object`);
}
