import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSdk } from '../../../../test/dotnet/sdk.ts';
import { checkSchemas } from '../../check-schemas.ts';
import { sourcesProgram } from '../../dotnet/sources-program.ts';
import { generateFiles } from '../../generate-files.ts';
import { readSchemas } from '../../read-schemas.ts';
import { buildCatalogue, entriesOf } from '../model.ts';

const SCHEMAS = path.join(import.meta.dirname, '../../../../schemas');

/** A snippet is a program; here it is a method, so that all of them are compiled at once. */
function asMethod(code: string, name: string): string {
  const lines = code.split('\n');
  const statements = lines.findIndex((line) => !line.startsWith('using ') || line.startsWith('using var '));
  return `${lines.slice(0, statements).join('\n')}

namespace Catalogue;

internal static class ${name}
{
    public static async Task RunAsync()
    {
${lines.slice(statements).join('\n')}
    }
}
`;
}

const hasSdk = 'version' in (await findSdk());

describe.skipIf(!hasSdk)('C# of the catalogue (takes the .NET SDK)', () => {
  it('compiles, all of it, without a warning', async () => {
    const { schemas } = checkSchemas((await readSchemas(SCHEMAS)).documents);
    const snippets = entriesOf(buildCatalogue(schemas, ['dev', 'prod'])).flatMap(({ publish, subscribe }) =>
      [...publish, ...subscribe].flatMap((usage) => usage.snippets.filter(({ language }) => language === 'csharp')),
    );
    const files = snippets.map(({ code }, index) => [`Snippet${index}.cs`, asMethod(code, `Snippet${index}`)]);
    // Publishing over HTTP and on the bus, and receiving durably; those for browsers live, too.
    expect(snippets.length).toBeGreaterThanOrEqual(schemas.length * 3);
    const { mistakes } = await sourcesProgram((await generateFiles(SCHEMAS)).files, {
      ...Object.fromEntries(files),
      'Program.cs': 'return;\n',
    });
    expect(mistakes).toBe('');
  }, 300_000);
});
