import { execFile, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createCompiler } from '../compiler.ts';
import { generateFiles } from '../generate-files.ts';
import { ODD_SCHEMAS } from '../odd-schemas.ts';
import { folderWith, temporaryFolder } from '../schema-folder.ts';
import { withoutAnnotations } from '../subschemas.ts';
import { DOTNET_FOLDER } from './index.ts';
import { DOTNET_ODD_SCHEMAS } from './odd-schemas.ts';

const PACKAGE = path.join(import.meta.dirname, '../../../packages/dotnet');
const HAS_DOTNET = spawnSync('dotnet', ['--version']).status === 0;
const SCHEMAS = { ...ODD_SCHEMAS, ...DOTNET_ODD_SCHEMAS };

/** Reads data twice, compares the readings, and writes it again: one line in, one line out. */
const PROGRAM = `using System.Text.Json;
using Tidings.Client.Events;

while (System.Console.ReadLine() is { } line)
{
    using var document = JsonDocument.Parse(line);
    var typeInfo = EventModels.Find(document.RootElement.GetProperty("type").GetString()!)!;
    var data = document.RootElement.GetProperty("data");
    var (one, other) = (data.Deserialize(typeInfo)!, data.Deserialize(typeInfo)!);
    var isSame = one.Equals(other) && one.GetHashCode() == other.GetHashCode();
    System.Console.WriteLine(isSame ? JsonSerializer.Serialize(one, typeInfo) : "two readings are different");
}
`;

/** The package's own sources with models of other schemas, compiled as strictly as the package is. */
const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <LangVersion>14</LangVersion>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <GenerateDocumentationFile>true</GenerateDocumentationFile>
    <IsAotCompatible>true</IsAotCompatible>
    <!-- Comments of the package name classes of its own schemas. -->
    <NoWarn>CS1574;CS1580;CS1584;CS1658;NU1900;NU1901;NU1902;NU1903;NU1904</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="${PACKAGE}/src/Tidings.Client/**/*.cs" Exclude="${PACKAGE}/src/Tidings.Client/Gen/**;${PACKAGE}/**/obj/**" />
    <PackageReference Include="Microsoft.Extensions.Logging.Abstractions" Version="10.0.14" />
  </ItemGroup>
</Project>
`;

const ENVIRONMENT = {
  ...process.env,
  DOTNET_CLI_USE_MSBUILD_SERVER: '0',
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  MSBUILDDISABLENODEREUSE: '1',
};

/** Makes a program of the generated classes, and gives what it writes for each line. */
async function compiledProgram(): Promise<(lines: readonly string[]) => readonly string[]> {
  const folder = await temporaryFolder();
  const { files } = await generateFiles(await folderWith(SCHEMAS));
  const ours = [...files].filter(([file]) => file.startsWith(DOTNET_FOLDER));
  for (const [file, text] of [...ours, ['Program.cs', PROGRAM], ['Odd.csproj', PROJECT]] as const) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const args = ['build', '-m:1', '-nodeReuse:false', '--tl:off', '-v:q', '-o', 'out'];
  const built = await promisify(execFile)('dotnet', args, { cwd: folder, env: ENVIRONMENT }).catch(
    (error: { readonly stdout: string }) => error,
  );
  expect(built.stdout.split('\n').filter((line) => / (?:error|warning) /.test(line))).toEqual([]);
  return (lines) => {
    const ran = spawnSync('dotnet', [path.join(folder, 'out/Odd.dll')], { input: lines.join('\n'), encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    return ran.stdout.trim().split('\n');
  };
}

describe.skipIf(!HAS_DOTNET)('C# of schemas with what is easily got wrong', () => {
  it('compiles without a warning, and writes every example as it was read', async () => {
    const run = await compiledProgram();
    const examples = Object.values(SCHEMAS).flatMap((schema) => {
      const { type } = schema['x-tidings'] as { readonly type: string };
      const validate = createCompiler(true).compile(withoutAnnotations(schema));
      return (schema['examples'] as readonly unknown[]).map((data) => ({ type, data, validate }));
    });
    expect(examples.length).toBeGreaterThan(Object.keys(SCHEMAS).length);
    const written = run(examples.map(({ type, data }) => JSON.stringify({ type, data })));
    expect(written.map((line) => JSON.parse(line))).toEqual(examples.map(({ data }) => data));
    for (const [index, { type, validate }] of examples.entries())
      expect([type, validate(JSON.parse(written[index] ?? '')), validate.errors]).toEqual([type, true, null]);
  }, 300_000);
});
