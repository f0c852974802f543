import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type BucketFile, toFile } from './bucket-file.ts';
import { isObject } from './http.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

/** What the CDK's own functions do for these, the sandbox does by itself; it does not run those functions. */
export const CDK_RESOURCES = ['Custom::CDKBucketDeployment', 'Custom::S3AutoDeleteObjects'] as const;

/** The functions of a stack but for those that carry out resources of the CDK. */
export function withoutProviders(functions: readonly Resource[], custom: readonly Resource[]): readonly Resource[] {
  const providers = new Set(custom.map(({ properties }) => properties.text('ServiceToken')));
  return functions.filter((each) => !providers.has(each.attribute('Arn')));
}

/** Name of a bucket → key → file. */
export type Buckets = ReadonlyMap<string, ReadonlyMap<string, BucketFile>>;

/**
 * The buckets of a stack with the files that its deployments put there, as the CDK's provider does.
 * Source: aws-cdk-lib, `custom-resource-handlers/…/bucket-deployment-handler/index.py`.
 *
 * @param assetFolder folder of the asset with this S3 key
 * @throws SandboxError
 */
export function fillBuckets(
  buckets: readonly Resource[],
  deployments: readonly Resource[],
  assetFolder: (key: string) => string | undefined,
): Buckets {
  const filled = new Map(buckets.map(({ ref }) => [ref, new Map<string, BucketFile>()]));
  for (const { properties } of deployments) {
    const name = properties.text('DestinationBucketName');
    const bucket = filled.get(name) ?? properties.refuse('DestinationBucketName', `found ${name}, expected a bucket`);
    if (!properties.has('Prune') || properties.flag('Prune'))
      properties.refuse('Prune', 'expected false: it would remove what another deployment has put into the bucket');
    const prefix = properties.text('DestinationBucketKeyPrefix', '').replace(/^\/|\/$/g, '');
    const cacheControl = properties.object('SystemMetadata').text('cache-control', '');
    for (const [key, body] of readSources(properties, assetFolder))
      bucket.set(prefix === '' ? key : `${prefix}/${key}`, toFile(key, body, cacheControl));
  }
  return filled;
}

function* readSources(
  properties: Properties,
  assetFolder: (key: string) => string | undefined,
): Iterable<readonly [key: string, body: Buffer]> {
  const markers = properties.objects('SourceMarkers');
  const configurations = properties.objects('SourceMarkersConfig');
  for (const [index, assetKey] of properties.texts('SourceObjectKeys').entries()) {
    const folder =
      assetFolder(assetKey) ??
      properties.refuse('SourceObjectKeys', `found ${assetKey}, which is no asset of the stack`);
    const replaced = toReplacements(properties, markers[index], configurations[index]);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      yield [path.relative(folder, file).split(path.sep).join('/'), replaceAll(readFileSync(file), replaced)];
    }
  }
}

type Replacements = readonly (readonly [marker: string, value: string])[];

function toReplacements(
  properties: Properties,
  markers: Properties | undefined,
  configuration: Properties | undefined,
): Replacements {
  const encodings = configuration?.object('markerEncodings');
  const fallback = configuration?.flag('jsonEscape') === true ? 'UNQUOTED_JSON_VALUE' : 'LITERAL';
  return (markers?.names ?? []).map((marker) => {
    const encoding = encodings?.text(marker, fallback) ?? fallback;
    const value = markers?.raw(marker);
    if (encoding === 'JSON_VALUE') return [marker, JSON.stringify(value)];
    if (encoding === 'UNQUOTED_JSON_VALUE') return [marker, JSON.stringify(value).replace(/^"|"$/g, '')];
    if (encoding === 'LITERAL' && typeof value === 'string') return [marker, value];
    return properties.refuse(
      'SourceMarkersConfig',
      `found the encoding ${encoding} for ${isObject(value) ? 'an object' : typeof value}, which the sandbox does not know`,
    );
  });
}

/** The provider looks at bytes. A file without markers stays as it is, text or not. */
function replaceAll(body: Buffer, replacements: Replacements): Buffer {
  if (!replacements.some(([marker]) => body.includes(marker))) return body;
  return Buffer.from(
    replacements.reduce((text, [marker, value]) => text.replaceAll(marker, () => value), body.toString()),
  );
}
