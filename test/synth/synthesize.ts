import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import type { Environment } from '../../lib/environment.ts';
import { selectEnvironments } from '../../lib/environments.ts';
import { TidingsStack } from '../../lib/tidings-stack.ts';

const FUNCTIONS = [
  'ingest-events',
  'store-events',
  'fan-out',
  'authorize-socket',
  'socket',
  'query-api',
  'manage-subscriptions',
  'operate-hub',
  'describe-api',
  'check-front-door',
];

// What the CDK checks by itself has a test of its own; here it would only take time.
process.env['CDK_VALIDATION'] = 'false';

const folder = mkdtempSync(path.join(tmpdir(), 'tidings-synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stand-ins for the bundles: what is deployed can be checked without building what runs. */
export const bundlesFolder = path.join(folder, 'lambdas');
for (const name of FUNCTIONS) {
  mkdirSync(path.join(bundlesFolder, name), { recursive: true });
  writeFileSync(path.join(bundlesFolder, name, 'index.js'), `exports.handler = async () => '${name}';`);
}

/** A folder of schemas that has these modules. */
export function schemasOf(...modules: readonly string[]): string {
  const schemasFolder = mkdtempSync(path.join(folder, 'schemas-'));
  for (const module of modules) mkdirSync(path.join(schemasFolder, module));
  return schemasFolder;
}

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** A stand-in for the console as it is built. */
export const consoleFolder = path.join(folder, 'console');
for (const [name, text] of Object.entries({
  'index.html': '<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n  </head>\n</html>\n',
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/index-1.js': 'export {};',
  '.vite/manifest.json': '{}',
})) {
  mkdirSync(path.dirname(path.join(consoleFolder, name)), { recursive: true });
  writeFileSync(path.join(consoleFolder, name), text);
}

/** An app with one stack, not synthesized yet. It has no console unless the changes bring one. */
export function createApp(
  name: string,
  schemasFolder = schemasOf('bank', 'community'),
  bundles = bundlesFolder,
  changes: Partial<Environment> = {},
): { readonly app: App; readonly stack: TidingsStack } {
  const app = new App({ context, outdir: mkdtempSync(path.join(folder, 'cdk.out-')) });
  const [selected] = selectEnvironments({ environment: name });
  if (selected === undefined) throw new Error(`no environment ${name}`);
  const environment = { ...selected, console: undefined, ...changes };
  const stack = new TidingsStack(app, `tidings-${name}`, {
    environment,
    schemasFolder,
    bundlesFolder: bundles,
    consoleFolder,
  });
  return { app, stack };
}

/** The template of an environment. */
export const synthesize = (name = 'dev', schemasFolder?: string): Template =>
  Template.fromStack(createApp(name, schemasFolder).stack);

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON; a test that reads too far into it fails.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** Logical id → resource, of these types or all. */
export function resources(template: Template, ...types: readonly string[]): Readonly<Record<string, Resource>> {
  const all: Readonly<Record<string, Resource>> = template.toJSON()['Resources'];
  return Object.fromEntries(Object.entries(all).filter(([, { Type }]) => types.length === 0 || types.includes(Type)));
}
