import { arn, LABEL, named, type ResourceType } from './resource-type.ts';

const CATALOGUE = 'a catalogue for people and code generators, which no event passes through';

const REGISTRY: ResourceType = {
  served: {},
  withoutEffect: { RegistryName: LABEL, Description: LABEL, Tags: LABEL },
  ref: (id, values, at) => arn('schemas', `registry/${named(id, values['RegistryName'], at)}`, at),
  attributes: {
    RegistryName: (id, values, at) => named(id, values['RegistryName'], at),
    RegistryArn: (id, values, at) => arn('schemas', `registry/${named(id, values['RegistryName'], at)}`, at),
  },
};

/** Content and type are read by nothing here; the stack's own tests look at them. */
const SCHEMA: ResourceType = {
  served: {},
  withoutEffect: {
    Content: CATALOGUE,
    Description: LABEL,
    RegistryName: CATALOGUE,
    SchemaName: LABEL,
    Tags: LABEL,
    Type: CATALOGUE,
  },
  ref: (id, values, at) =>
    arn('schemas', `schema/${String(values['RegistryName'])}/${named(id, values['SchemaName'], at)}`, at),
  attributes: { SchemaName: (id, values, at) => named(id, values['SchemaName'], at) },
};

/** The schema registry of EventBridge. */
export const EVENT_SCHEMA_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::EventSchemas::Registry': REGISTRY,
  'AWS::EventSchemas::Schema': SCHEMA,
};
