import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { EVENT_TYPES, MODULES, SCOPES, SOURCE_BY_TYPE, SOURCES } from '@tidings/contracts/gen/constants.ts';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as constructors from '../../packages/client/gen/constructors.ts';
import { generateFiles } from './generate-files.ts';
import { folderWith, orderPlaced } from './schema-folder.ts';

const CONSTRUCTORS = 'packages/client/gen/constructors.ts';

describe('the constants', () => {
  it('name every type, module, source and scope once', () => {
    expect(Object.values(EVENT_TYPES)).toEqual(eventTypes.map(({ type }) => type));
    expect(SOURCE_BY_TYPE).toEqual(Object.fromEntries(eventTypes.map(({ type, source }) => [type, source])));
    const modules = [...new Set(eventTypes.map(({ module }) => module))];
    expect([Object.values(MODULES), Object.values(SCOPES), Object.keys(SOURCES)]).toEqual([modules, modules, modules]);
  });
});

describe('the constructors', () => {
  it('are there for every type, and set it', () => {
    const data = {};
    const made = Object.entries(constructors).map(([name, construct]) => {
      // Each takes data of its own type; here only the type that comes out counts.
      const event = (construct as (event: unknown) => unknown)({ tenantid: 'acme', data, id: '1', type: 'other' });
      return [name, event];
    });
    expect(made).toEqual(
      Object.entries(EVENT_TYPES).map(([name, type]) => [name, { tenantid: 'acme', data, id: '1', type }]),
    );
  });

  it('are left out of a bundle that does not use them', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { bankTestCreatedV1 } from '@tidings/client'; console.log(bankTestCreatedV1);`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
    });
    const types = Object.values(EVENT_TYPES).filter((type) => outputFiles[0]?.text.includes(type));
    expect(types).toEqual(['bank.test:created@v1']);
  });

  it('are documented by the description and the first example, whatever these hold', async () => {
    const { files } = await generateFiles(
      await folderWith({
        'shop/order-placed.v1.json': orderPlaced({
          description: 'A customer placed */ an order.\nIt is "theirs".',
          examples: [{ orderId: "a'b\\c */ \u2028" }],
          deprecated: true,
        }),
      }),
    );
    expect(files.get(CONSTRUCTORS)).toContain(`/**
 * A customer placed *\\/ an order.
 * It is "theirs".
 *
 * Makes an event of type \`shop.order:placed@v1\`. Publish it with a \`TidingsApiClient\` or a \`TidingsBusClient\`.
 *
 * @deprecated The schema says so.
 *
 * @example
 * \`\`\`ts
 * shopOrderPlacedV1({
 *   tenantid: 'acme',
 *   data: {
 *     orderId: 'a\\'b\\\\c *\\/ \\u2028',
 *   },
 * });
 * \`\`\`
 */
export function shopOrderPlacedV1(`);
  });
});
