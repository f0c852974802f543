import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkSchemas } from './check-schemas.ts';
import { createCompiler } from './compiler.ts';
import type { EventSchema } from './event-schema.ts';
import { generateFiles } from './generate-files.ts';
import { mutants } from './mutants.ts';
import { ODD_SCHEMAS } from './odd-schemas.ts';
import { readSchemas } from './read-schemas.ts';
import { folderWith, temporaryFolder } from './schema-folder.ts';
import { literal } from './source-text.ts';
import { withoutAnnotations } from './subschemas.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const CONSTANTS = 'packages/contracts/gen/constants.ts';
const TYPES = 'packages/contracts/gen/event-types.ts';
const FLAGS = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--ignoreConfig', '--types', ''];
const FLAGS_OF_MODULES = ['--module', 'nodenext', '--allowImportingTsExtensions', '--target', 'es2023'];

/** What a type can say. A broken rule of another kind (a format, a length, …) is for the validator only. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'type',
  'required',
  'additionalProperties',
  'unevaluatedProperties',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'minItems',
]);

/** What the compiler says of some files, one line for each error. */
async function compile(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  const args = [TSC, ...FLAGS, ...FLAGS_OF_MODULES, ...Object.keys(files)];
  return await promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    () => '',
    (error: { readonly stdout: string }) => error.stdout,
  );
}

/** Where TypeScript cannot say all that a schema says, so that a type is wider: it lets pass what is no event. */
const WIDER: readonly RegExp[] = [
  // Members of two patterns, and members beside named ones, share one index signature.
  /\/twoPatterns\/[ab]1 = /,
  /\/twoPatterns with a member too many$/,
  /\/named\/b = /,
  // A definition that is open stays open where it is made part of something closed.
  /\/both with a member too many$/,
];

interface Case {
  readonly type: string;
  readonly what: string;
  readonly data: unknown;
  readonly fits: boolean;
}

/** Examples and all their mutants of which a type can say whether they fit; the validator says what is right. */
function casesOf({ type, schema, examples }: EventSchema): Case[] {
  const validate = createCompiler(true).compile(withoutAnnotations(schema));
  const data = examples.flatMap((example, index) => [
    { what: `example ${index}`, data: example },
    ...mutants(example).map((mutant) => ({ ...mutant, what: `example ${index}, ${mutant.what}` })),
  ]);
  return data.flatMap((candidate) => {
    const fits = validate(candidate.data);
    const sayable = fits || (validate.errors ?? []).every(({ keyword }) => STRUCTURE.has(keyword));
    const wider = !fits && WIDER.some((place) => place.test(candidate.what));
    return sayable && !wider ? [{ type, ...candidate, fits }] : [];
  });
}

/** One statement a line, so that `@ts-expect-error` meets whatever is wrong with it. */
function statement({ type, what, data, fits }: Case): string {
  const value = literal(data).replaceAll(/\n\s*/g, ' ');
  return [
    `// ${JSON.stringify(what)} ${fits ? 'fits' : 'does not fit'}`,
    ...(fits ? [] : ['// @ts-expect-error']),
    `take<${JSON.stringify(type)}>(${value});`,
  ].join('\n');
}

describe('the types of data', () => {
  it.each([
    ['of this repository', async () => path.join(ROOT, 'schemas')],
    ['of schemas with what is easily got wrong', () => folderWith(ODD_SCHEMAS)],
  ])('%s fit what the validators accept, and nothing else', async (_name, folder) => {
    const directory = await folder();
    const { documents } = await readSchemas(directory);
    const cases = checkSchemas(documents).schemas.flatMap(casesOf);
    expect(cases.filter(({ fits }) => fits).length).toBeGreaterThan(documents.length);
    expect(cases.filter(({ fits }) => !fits).length).toBeGreaterThan(20 * documents.length);
    const { files } = await generateFiles(directory);
    const program = `import type { EventDataByType } from './event-types.ts';
const take = <T extends keyof EventDataByType>(_data: EventDataByType[T]): void => {};
${cases.map(statement).join('\n')}
`;
    const found = await compile({
      'event-types.ts': files.get(TYPES) ?? '',
      'constants.ts': files.get(CONSTANTS) ?? '',
      'cases.ts': program,
    });
    const lines = program.split('\n');
    const explained = found.replaceAll(/^cases\.ts\((\d+),.*$/gm, (error, line) =>
      [...lines.slice(Math.max(0, Number(line) - 3), Number(line) + 1), error].join('\n'),
    );
    expect(explained).toBe('');
  });

  it('cannot be changed by whoever receives them', async () => {
    const { files } = await generateFiles(await folderWith(ODD_SCHEMAS));
    const program = `import type { EventDataByType } from './event-types.ts';
declare const order: EventDataByType['shop.b2b-order.x-2go:placed@v12'];
declare const values: EventDataByType['shop.values:placed@v1'];
declare const maps: EventDataByType['shop.maps:placed@v1'];
// @ts-expect-error a property
order.total = order.total;
// @ts-expect-error a property of a definition
order.total.value = 1;
// @ts-expect-error a list
order.lines.push(order.total);
// @ts-expect-error a list in a list
values.lists[0]?.push(1);
// @ts-expect-error a tuple
values.tuple[0] = 'x';
// @ts-expect-error a map
maps.numbers['a'] = 1;
`;
    expect(await compile({ 'event-types.ts': files.get(TYPES) ?? '', 'program.ts': program })).toBe('');
  });

  it('have names of their own for definitions, and for properties none', async () => {
    const { files } = await generateFiles(await folderWith(ODD_SCHEMAS));
    const names = [...(files.get(TYPES) ?? '').matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual([
      'EventDataByType',
      'ShopAliasPlacedV1',
      'ShopAliasPlacedV1Whole',
      'ShopB2bOrderX2goPlacedV12',
      'ShopB2bOrderX2goPlacedV12Alias',
      'ShopB2bOrderX2goPlacedV12Amount',
      'ShopB2bOrderX2goPlacedV12PostalAddress',
      'ShopChoicesPlacedV1',
      'ShopChoicesPlacedV1Base',
      'ShopKeywordsPlacedV1',
      'ShopMapsPlacedV1',
      'ShopParcelPlacedV1',
      'ShopParcelPlacedV1Amount',
      'ShopParcelPlacedV1PostalAddress',
      'ShopUnionPlacedV1',
      'ShopUnionPlacedV1B',
      'ShopValuesPlacedV1',
    ]);
  });

  it('tell what is deprecated, and the restrictions that no type can hold', async () => {
    const { files } = await generateFiles(await folderWith(ODD_SCHEMAS));
    expect(files.get(TYPES)).toContain(`   * Where it goes.\n   *\n   * @deprecated\n`);
    expect(files.get(TYPES)).toContain(`@minItems 1\n   * @maxItems 3\n`);
  });
});
