import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { BUSES_VARIABLE } from '@tidings/client/bus';
import { App } from 'aws-cdk-lib';
import { selectEnvironments } from '../../../lib/environments.ts';
import { TidingsStack } from '../../../lib/tidings-stack.ts';
import {
  MAPPING_VARIABLE,
  PARKING_QUEUE_VARIABLE,
  type TableMapping,
} from '../../../packages/constructs/src/table-events/table-mapping.ts';
import { type Bundle, bundleFunctions } from '../../../scripts/bundle.ts';

/** A function as it is deployed: its bundle, and the environment that its module meets when it is loaded. */
export interface DeployedFunction extends Bundle {
  readonly variables: Readonly<Record<string, string>>;
}

const ROOT = path.join(import.meta.dirname, '../../..');

/** Any; with one, there is a function that looks for it. */
const WEB_ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/bench/00000000-0000-0000-0000-000000000000';

const MAPPING: TableMapping = {
  entity: 'bank.account',
  version: 'v1',
  actions: ['created', 'updated', 'deleted'],
  where: {},
  tenant: 'tenant',
  subject: 'id',
  deletion: {},
  data: {},
  without: {},
  updates: 'different',
  expiries: 'deleted',
};

/**
 * Bundles every function anew, below a folder that no package.json is above of, and takes their variables from the
 * template that is deployed; of what only a deployment knows, a stand-in.
 */
export async function deployedFunctions(folder: string): Promise<readonly DeployedFunction[]> {
  const hub = await bundleFunctions(path.join(ROOT, 'lambdas'), path.join(folder, 'hub'));
  const constructs = await bundleFunctions(path.join(ROOT, 'packages/constructs/src'), path.join(folder, 'constructs'));
  const variables = await variablesOfStack(folder);
  const tableEvents = {
    [MAPPING_VARIABLE]: JSON.stringify(MAPPING),
    [PARKING_QUEUE_VARIABLE]: 'https://sqs.eu-central-1.amazonaws.com/123456789012/parking',
    [BUSES_VARIABLE]: JSON.stringify({ bank: 'tidings-dev-bank' }),
  };
  return [
    ...hub.map((bundle) => ({ ...bundle, variables: ofFunction(bundle.name, variables) })),
    ...constructs.map((bundle) => ({ ...bundle, variables: tableEvents })),
  ];
}

function ofFunction(name: string, all: ReadonlyMap<string, Record<string, string>>): Record<string, string> {
  const found = all.get(name);
  if (found === undefined) throw new Error(`Expected a function ${name} in the template, found ${[...all.keys()]}`);
  return found;
}

async function variablesOfStack(folder: string): Promise<ReadonlyMap<string, Record<string, string>>> {
  // What the CDK checks has tests of its own; here it would only take time.
  process.env['CDK_VALIDATION'] = 'false';
  const { context } = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8'));
  const outdir = path.join(folder, 'cdk.out');
  await mkdir(outdir);
  const app = new App({ context, outdir });
  const [environment] = selectEnvironments({ environment: 'dev' });
  if (environment === undefined) throw new Error('Expected the environment dev');
  const stack = new TidingsStack(app, 'bench', {
    environment: { ...environment, webAcl: WEB_ACL },
    bundlesFolder: path.join(folder, 'hub'),
  });
  const template: Template = app.synth().getStackByName(stack.stackName).template;
  return new Map(
    Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties = {} }) => variablesOf(Properties.Environment?.Variables ?? {}))
      .map((variables) => [variables['POWERTOOLS_SERVICE_NAME'] ?? '', variables]),
  );
}

/** What is read of a CloudFormation template. */
interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: { readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> } };
      }
    >
  >;
}

const variablesOf = (variables: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, resolve(value)]));

/** A text with what only a deployment knows replaced by a stand-in. */
function resolve(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = Object(value);
  if (Array.isArray(join)) return join[1].map(resolve).join(join[0]);
  return Array.isArray(attribute) && attribute[1] === 'ApiEndpoint' ? 'wss://value.example.com' : 'value';
}
