import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/** One file of a package that a function gets in another form. */
export interface Replacement {
  /** Where it lies below `node_modules`. */
  readonly file: string;
  /** Why a function on Lambda cannot miss what is left out. */
  readonly why: string;
  /** What stands in its place, an ES module with the exports that others import of it. */
  readonly contents: string;
}

const CORE = '@smithy/core/dist-es/submodules';

/**
 * What the AWS SDK brings for machines that are no Lambda function, and what stands there instead: most of a bundle
 * would be code that nothing can reach, and a cold start compiles all of it. What a variable of the environment may ask
 * for stays: endpoints (`AWS_ENDPOINT_URL…`), retries (`AWS_RETRY_MODE`, `AWS_MAX_ATTEMPTS`), regions, defaults.
 *
 * A new version of the SDK may move a file: `functions-sdk.test.ts` fails for one that is met no more.
 */
export const REPLACEMENTS: readonly Replacement[] = [
  {
    file: '@aws-sdk/credential-provider-node/dist-es/index.js',
    why: 'A function has the credentials of its role in the environment, and nowhere else. Source: Lambda developer guide, "Defined runtime environment variables". The chain would go on to profiles, SSO, STS and instance metadata.',
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
  {
    file: `${CORE}/config/shared-ini-file-loader/loadSharedConfigFiles.js`,
    why: 'A function has no home with ~/.aws in it: every setting comes out of the environment.',
    contents: [
      "export { CONFIG_PREFIX_SEPARATOR } from './constants';",
      'export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });',
    ].join('\n'),
  },
  {
    file: `${CORE}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`,
    why: 'A function has AWS_REGION, and no instance metadata that could say another.',
    contents: 'export const getInstanceMetadataRegion = async () => undefined;',
  },
  {
    file: `${CORE}/event-streams/index.js`,
    why: 'No operation of DynamoDB, SQS or EventBridge streams events.',
    contents: [
      "const refuse = () => { throw new Error('This bundle has no event streams: see scripts/bundle/functions-sdk.ts'); };",
      'export { refuse as EventStreamSerde, refuse as eventStreamSerdeProvider };',
    ].join('\n'),
  },
  {
    file: '@aws-sdk/middleware-endpoint-discovery/dist-es/resolveEndpointDiscoveryConfig.js',
    why: "No operation of DynamoDB discovers endpoints any more: its client keeps a cache that nothing asks, made of a whole package's LRU map.",
    contents: 'export const resolveEndpointDiscoveryConfig = (input) => input;',
  },
  {
    file: '@aws-sdk/signature-v4-multi-region/dist-es/index.js',
    why: 'Only an event to a global endpoint is signed for many regions, which takes a package of its own; for one region the class only passes on to this.',
    contents: [
      "import { SignatureV4 } from '@smithy/signature-v4';",
      "export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return 'none'; } }",
    ].join('\n'),
  },
  ...['sha256/Sha256Js', 'md5/Md5Js'].map((name) => ({
    file: `${CORE}/checksum/${name}.js`,
    why: 'Stands in where Node.js is built without its own crypto; the one on Lambda has it.',
    contents: `export const ${path.basename(name)} = undefined;`,
  })),
  {
    file: `${CORE}/serde/uuid/v4.js`,
    why: 'Asks the global `crypto`, which loads the whole of Web Crypto, for what the module beside it has.',
    contents: "import { randomUUID } from 'node:crypto';\nexport const bindV4 = () => randomUUID;",
  },
];

/**
 * Puts {@link REPLACEMENTS} in place, and of the clients' package.json, which they read for their version, that version.
 * @param onReplace told of each file that was replaced
 */
export function functionsSdk(onReplace: (file: string) => void = () => undefined): Plugin {
  return {
    name: 'functions-sdk',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]node_modules[\\/]@(?:aws-sdk|smithy)[\\/].*\.js$/ }, ({ path: place }) => {
        const file = belowModules(place);
        const contents = REPLACEMENTS.find((replacement) => replacement.file === file)?.contents;
        if (contents === undefined) return undefined;
        onReplace(file);
        return { contents, loader: 'js', resolveDir: path.dirname(place) };
      });
      onLoad({ filter: /[\\/]node_modules[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path: place }) => {
        const { version }: { version?: unknown } = JSON.parse(await readFile(place, 'utf8'));
        onReplace('package.json');
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
    },
  };
}

const belowModules = (place: string): string =>
  place
    .split(/[\\/]node_modules[\\/]/)
    .at(-1)
    ?.replaceAll('\\', '/') ?? place;
