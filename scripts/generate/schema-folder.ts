import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** For tests: a directory of its own, gone when the test is. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidings-generate-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** For tests: a directory with these files, given as text or as what becomes JSON. */
export async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** For tests: a good schema for `shop/order-placed.v1.json`, with what a test changes. */
export const orderPlaced = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://schemas.tidings.example/shop/order-placed.v1.json',
  title: 'Order placed',
  description: 'A customer placed an order.',
  'x-tidings': { type: 'shop.order:placed@v1', source: 'com.acme.shop' },
  type: 'object',
  additionalProperties: false,
  required: ['orderId'],
  properties: { orderId: { description: 'The id of the order.', type: 'string' } },
  examples: [{ orderId: 'a;b:c@d' }],
  ...changes,
});
