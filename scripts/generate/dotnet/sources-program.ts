import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dotnet, SOLUTION } from '../../../test/dotnet/sdk.ts';
import { mistakesIn } from '../../../test/dotnet/solution.ts';
import { temporaryFolder } from '../schema-folder.ts';
import { DOTNET_FOLDER } from './index.ts';

/** Names in comments are those of the classes of this repository's schemas; what an audit finds is no fault of the code. */
const NO_WARNING = 'CS1574;CS1580;CS1584;CS1658;NU1900;NU1901;NU1902;NU1903;NU1904';

const BUILD_PROPERTIES = `<Project>
  <PropertyGroup>
    <DirectoryPackagesPropsPath>${SOLUTION}/Directory.Packages.props</DirectoryPackagesPropsPath>
  </PropertyGroup>
</Project>
`;

/** For tests: the sources of the client with generated C# of other schemas, as strictly as it is built. */
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
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
    <NoWarn>${NO_WARNING}</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="${SOLUTION}/src/Tidings.Client/**/*.cs" Exclude="${SOLUTION}/src/Tidings.Client/Gen/**" />
    <PackageReference Include="Microsoft.Extensions.Logging.Abstractions" />
  </ItemGroup>
</Project>
`;

export interface SourcesProgram {
  /** What the compiler complains of, a warning too; empty if it is content. */
  readonly mistakes: string;
  /** Runs it: lines in, lines out. */
  run(lines: readonly string[]): readonly string[];
}

/**
 * For tests: makes a program of the client's own sources.
 *
 * @param generated all that is generated, of which the C# is taken
 * @param files further sources, by name; one of them has the statements to run
 */
export async function sourcesProgram(
  generated: ReadonlyMap<string, string>,
  files: Readonly<Record<string, string>>,
): Promise<SourcesProgram> {
  const folder = await temporaryFolder();
  const all = [
    ...[...generated].filter(([file]) => file.startsWith(`${DOTNET_FOLDER}/`)),
    ...Object.entries({ ...files, 'Sources.csproj': PROJECT, 'Directory.Build.props': BUILD_PROPERTIES }),
  ];
  for (const [file, text] of all) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const args = [
    'build',
    '-m:1',
    '-nodeReuse:false',
    '--tl:off',
    '--verbosity',
    'quiet',
    '-p:UseSharedCompilation=false',
  ];
  const { status, output } = await dotnet([...args, '--output', 'out'], { cwd: folder });
  return {
    mistakes: status === 0 ? '' : mistakesIn(output),
    run: (lines) => {
      const program = path.join(folder, 'out/Sources.dll');
      const ran = spawnSync('dotnet', [program], { input: lines.join('\n'), encoding: 'utf8' });
      if (ran.status !== 0) throw new Error(`expected the program to end well, found ${ran.status}: ${ran.stderr}`);
      return ran.stdout.trim().split('\n');
    },
  };
}
