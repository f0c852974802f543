import { describe, expect, it } from 'vitest';
import { findSdk } from '../../../test/dotnet/sdk.ts';
import { checkSchemas } from '../check-schemas.ts';
import type { EventSchema } from '../event-schema.ts';
import { generateFiles } from '../generate-files.ts';
import { typeName } from '../names.ts';
import { ODD_SCHEMAS } from '../odd-schemas.ts';
import { readSchemas } from '../read-schemas.ts';
import { folderWith } from '../schema-folder.ts';
import { DOTNET_COMBINED_SCHEMAS } from './combined-schemas.ts';
import { dataLiteral } from './literal.ts';
import { DOTNET_ODD_SCHEMAS } from './odd-schemas.ts';
import { readModels } from './read-model.ts';
import { sourcesProgram } from './sources-program.ts';

/** Reads data twice, compares the readings, and writes it again: a line in, a line out. Then all literals. */
const PROGRAM = `using System.Text.Json;
using Tidings.Client.Events;

while (Console.ReadLine() is { Length: > 0 } line)
{
    using var document = JsonDocument.Parse(line);
    var typeInfo = EventModels.Find(document.RootElement.GetProperty("type").GetString()!)!;
    var data = document.RootElement.GetProperty("data");
    var (one, other) = (data.Deserialize(typeInfo)!, data.Deserialize(typeInfo)!);
    var isSame = one.Equals(other) && one.GetHashCode() == other.GetHashCode();
    Console.WriteLine(isSame ? JsonSerializer.Serialize(one, typeInfo) : "\\"two readings are different\\"");
}

foreach (var (type, data) in Literals.All())
{
    Console.WriteLine(JsonSerializer.Serialize(data, EventModels.Find(type)!));
}
`;

/** Every example as a program writes it. */
function literalsOf(schemas: readonly EventSchema[]): string {
  const models = readModels(schemas);
  const written = schemas.flatMap((schema) =>
    schema.examples.map((example) => {
      const model = models.get(schema.type);
      if (model === undefined) throw new Error(`expected a class for ${schema.type}, found none`);
      const { code, usings } = dataLiteral(model, example, '        ');
      return { statement: `yield return ("${schema.type}", (${typeName(schema)})${code});`, usings };
    }),
  );
  const usings = new Set(['Tidings.Client', 'Tidings.Client.Events', ...written.flatMap((one) => one.usings)]);
  return `#pragma warning disable CS0612, CS0618 // what is deprecated is shown too
${[...usings].map((name) => `using ${name};`).join('\n')}

internal static class Literals
{
    public static IEnumerable<(string Type, object Data)> All()
    {
        ${written.map(({ statement }) => statement).join('\n        ')}
    }
}
`;
}

const hasSdk = 'version' in (await findSdk());

describe.skipIf(!hasSdk)('C# of schemas with what is easily got wrong (takes the .NET SDK)', () => {
  it('compiles without a warning, and writes every example as it was read, and as a program writes it', async () => {
    const folder = await folderWith({ ...ODD_SCHEMAS, ...DOTNET_ODD_SCHEMAS, ...DOTNET_COMBINED_SCHEMAS });
    const { schemas, findings } = checkSchemas((await readSchemas(folder)).documents);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { files } = await generateFiles(folder);
    const program = await sourcesProgram(files, { 'Program.cs': PROGRAM, 'Literals.cs': literalsOf(schemas) });
    expect(program.mistakes).toBe('');
    const examples = schemas.flatMap(({ type, examples: all }) => all.map((data) => ({ type, data })));
    expect(examples.length).toBeGreaterThan(schemas.length);
    const written = program.run(examples.map((example) => JSON.stringify(example))).map((line) => JSON.parse(line));
    const expected = examples.map(({ data }) => data);
    expect(written).toEqual([...expected, ...expected]);
  }, 300_000);
});
