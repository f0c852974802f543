import type { EventSchema } from '../event-schema.ts';
import { emitEquality, hasJson, needsEquality } from './emit-equality.ts';
import type { CsDeclaration, CsEnum, CsModel, CsProperty, CsRecord, CsType, Documentation } from './model.ts';
import { DEPRECATED_TOO, docElement, HEADER, quoted, xmlCode, xmlText } from './source-text.ts';
import { declaredType } from './type-text.ts';

export const NAMESPACE = 'Tidings.Client.Events';

/** The file of one event: its data first, then what this is made of. */
export function emitModel(schema: EventSchema, model: CsModel): string {
  const { declarations } = model;
  const usings = [
    ...(declarations.some((declaration) => declaration.kind === 'record' && hasList(declaration))
      ? ['System.Collections.Generic']
      : []),
    ...(declarations.some((declaration) => declaration.kind === 'record' && hasJson(declaration))
      ? ['System.Text.Json']
      : []),
    'System.Text.Json.Serialization',
  ];
  const texts = declarations.map((declaration) =>
    declaration.kind === 'enum'
      ? emitEnum(declaration)
      : emitRecord(declaration, rootRemarks(schema, model, declaration)),
  );
  return `${HEADER}
${declarations.some(isDeprecated) ? DEPRECATED_TOO : ''}${usings.map((name) => `using ${name};\n`).join('')}
namespace ${NAMESPACE};

${texts.join('\n')}`;
}

const rootRemarks = ({ type }: EventSchema, { name }: CsModel, declaration: CsDeclaration): string =>
  declaration.name === name ? `The data of events of type ${xmlCode(type)}.` : '';

function documented({ summary, remarks }: Documentation, indent: string, more = ''): string[] {
  const allRemarks = [more, remarks].filter((text) => text !== '').join('\n');
  return [
    ...docElement('summary', summary === '' ? 'The schema says no more.' : xmlText(summary), indent),
    ...(allRemarks === '' ? [] : docElement('remarks', allRemarks, indent)),
  ];
}

const obsolete = (indent: string): string => `${indent}[System.Obsolete("The schema says so.")]`;

const isDeprecated = (declaration: CsDeclaration): boolean =>
  declaration.documentation.deprecated ||
  (declaration.kind === 'record' && declaration.properties.some(({ documentation }) => documentation.deprecated));

function emitEnum({ name, members, documentation }: CsEnum): string {
  const lines = members.map(
    ({ name: member, value }) =>
      `${docElement('summary', xmlCode(value), '    ').join('\n')}
    [JsonStringEnumMemberName(${quoted(value)})]
    ${member},
`,
  );
  return `${documented(documentation, '').join('\n')}
[JsonConverter(typeof(WireNameConverter<${name}>))]
public enum ${name}
{
${lines.join('\n')}}
`;
}

function emitRecord(record: CsRecord, more: string): string {
  const { name, properties, others, documentation } = record;
  const about = [...documented(documentation, '', more), ...(documentation.deprecated ? [obsolete('')] : [])];
  const heading = `${about.join('\n')}
public sealed record ${name}`;
  const members = [
    ...properties.map(emitProperty),
    ...(others === undefined ? [] : [emitOthers(others)]),
    ...(needsEquality(record) ? [emitEquality(record)] : []),
  ];
  return members.length === 0 ? `${heading};\n` : `${heading}\n{\n${members.join('\n')}}\n`;
}

function emitProperty(property: CsProperty): string {
  const { wireName, name, type, required, constant, documentation } = property;
  const declared = declaredType(property);
  // Who has to set a property must not be told that they should not.
  const [more, attributes] = !documentation.deprecated
    ? ['', []]
    : required
      ? ['Deprecated.', []]
      : ['', [obsolete('    ')]];
  return [
    ...documented(documentation, '    ', more),
    ...attributes,
    `    [JsonPropertyName(${quoted(wireName)})]`,
    ...(required ? [] : ['    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]']),
    constant === undefined
      ? `    public ${required ? 'required ' : ''}${declared} ${name} ${accessors(type)}`
      : `    public ${declared} ${name} => ${constant};`,
    '',
  ].join('\n');
}

const emitOthers = (name: string): string =>
  [
    ...docElement('summary', 'Members that the schema does not name.', '    '),
    '    [JsonExtensionData]',
    `    public IDictionary<string, JsonElement>? ${name} { get; set; }`,
    '',
  ].join('\n');

/** Lists and maps are copied when they are set, so that nobody can change them later, and compare by what is in them. */
const accessors = ({ kind }: CsType): string =>
  kind === 'list' || kind === 'map'
    ? `{ get; init => field = ${kind === 'list' ? 'ValueList' : 'ValueMap'}.Of(value); }`
    : '{ get; init; }';

const hasList = ({ properties, others }: CsRecord): boolean =>
  others !== undefined || properties.some(({ type: { kind } }) => kind === 'list' || kind === 'map');
