import { readFileSync } from 'node:fs';
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import { ConfigurationError } from '../configuration-error.ts';

/** Longest content of a schema, in characters. Source: EventBridge Schemas API reference, CreateSchema. */
const MAX_CONTENT_CHARACTERS = 100_000;

/** Longest description. Source: EventBridge Schemas API reference, CreateSchema. */
const MAX_DESCRIPTION_CHARACTERS = 256;

/** What may be in the name of a schema. Source: EventBridge Schemas API reference, CreateSchema. */
const SCHEMA_NAME = /^[A-Za-z0-9._@-]{1,385}$/;

/**
 * Room for schemas in a template, which holds at most 1 MB and 500 resources; the rest of the hub takes less than a
 * third of either. Source: CloudFormation user guide, "Understand CloudFormation quotas".
 */
const MAX_BYTES = 600_000;
const MAX_SCHEMAS = 300;

/** One event type, as `npm run generate` writes it into `packages/contracts/gen/registry-schemas.json`. */
export interface RegistrySchema {
  readonly type: string;
  readonly module: string;
  /** The type in characters that the registry allows. */
  readonly name: string;
  readonly description: string;
  /** An OpenAPI 3.0 document: the form of which the registry makes code bindings. */
  readonly content: unknown;
}

export interface SchemaRegistryProps {
  /** Name of the registry; unique within account and region. */
  readonly registryName: string;
  readonly schemas: readonly RegistrySchema[];
}

/**
 * The event types in the schema registry of EventBridge: teams find them there, and download code for languages that
 * this repository has no package for. Nothing in the hub reads them; validation has validators of its own.
 */
export class SchemaRegistry extends Construct {
  /** @throws ConfigurationError `SCHEMA_REGISTRY_INVALID` for what the registry or a template cannot hold */
  constructor(scope: Construct, id: string, { registryName, schemas }: SchemaRegistryProps) {
    super(scope, id);
    const contents = schemas.map((schema) => ({ ...schema, content: JSON.stringify(schema.content) }));
    refuseTooMuch(contents);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName,
      description: 'What events of Tidings look like on the buses of their modules',
    });
    for (const { name, type, description, content } of contents) {
      refuseSchema(name, type, content);
      new CfnSchema(this, name, {
        registryName: registry.attrRegistryName,
        schemaName: name,
        type: 'OpenApi3',
        description: shorten(description),
        content,
      });
    }
  }
}

/**
 * The generated schemas.
 *
 * @throws ConfigurationError `SCHEMA_REGISTRY_INVALID` if the file is missing or was not made by the generator
 */
export function readRegistrySchemas(file: string): readonly RegistrySchema[] {
  try {
    const schemas: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(schemas) && schemas.every(isRegistrySchema)) return schemas;
  } catch (cause) {
    throw invalid(`${file}: cannot read the schemas (${String(cause)}). Make them with npm run generate`);
  }
  throw invalid(`${file}: expected a list of schemas as npm run generate makes it, found something else`);
}

function isRegistrySchema(value: unknown): value is RegistrySchema {
  if (typeof value !== 'object' || value === null || !('content' in value)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return ['type', 'module', 'name', 'description'].every((field) => typeof fields[field] === 'string');
}

function refuseSchema(name: string, type: string, content: string): void {
  if (!SCHEMA_NAME.test(name))
    throw invalid(`${type}: expected a name of at most 385 letters, digits and . - _ @, found ${JSON.stringify(name)}`);
  if (content.length > MAX_CONTENT_CHARACTERS) {
    throw invalid(
      `${type}: expected a schema of at most ${MAX_CONTENT_CHARACTERS} characters, found ${content.length}. Make it ` +
        'smaller, or set schemaRegistry to false in lib/environments.ts',
    );
  }
}

function refuseTooMuch(contents: readonly { readonly content: string }[]): void {
  // Within the template each content is a string, whose quotation marks are escaped.
  const bytes = contents.reduce((sum, { content }) => sum + Buffer.byteLength(JSON.stringify(content)), 0);
  if (contents.length <= MAX_SCHEMAS && bytes <= MAX_BYTES) return;
  throw invalid(
    `expected at most ${MAX_SCHEMAS} event types of ${MAX_BYTES} bytes together, because they are in one template, ` +
      `found ${contents.length} of ${bytes} bytes. Set schemaRegistry to false in lib/environments.ts`,
  );
}

const shorten = (text: string): string =>
  text.length <= MAX_DESCRIPTION_CHARACTERS ? text : `${text.slice(0, MAX_DESCRIPTION_CHARACTERS - 1)}…`;

const invalid = (message: string): ConfigurationError =>
  new ConfigurationError('SCHEMA_REGISTRY_INVALID', `schema registry: ${message}`);
