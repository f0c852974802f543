import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Buckets } from './bucket-deployment.ts';
import type { BucketFile } from './bucket-file.ts';
import { isObject } from './http.ts';
import { readResponseHeaders } from './response-headers.ts';
import type { Resource } from './template.ts';

/** CachingOptimized: gzip and Brotli, and nothing of a request but its path counts. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

/** Source: CloudFront developer guide, "Serve compressed files": sizes, and those types of them that a page may have. */
const COMPRESSED = {
  least: 1000,
  most: 10_000_000,
  types: /^(text\/.*|application\/(json|wasm|manifest\+json)|image\/svg\+xml)$/,
};

interface Refusal {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const METHOD_REFUSED: Refusal = {
  status: 403,
  contentType: 'text/html',
  text: '<h1>403 ERROR</h1>The distribution takes GET and HEAD only.',
};
const BAD_REQUEST: Refusal = { status: 400, contentType: 'text/html', text: '<h1>400 ERROR</h1>Bad request.' };
/** S3 tells who may not list a bucket no more than this about what is not in it. */
const ACCESS_DENIED: Refusal = {
  status: 403,
  contentType: 'application/xml',
  text: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
};

/** What a distribution is made of. */
export interface Origins {
  readonly headersPolicies: readonly Resource[];
  readonly accessControls: readonly Resource[];
  readonly buckets: readonly Resource[];
  readonly bucketPolicies: readonly Resource[];
  readonly files: Buckets;
}

/**
 * A CloudFront distribution before a bucket of S3, as to what a browser sees: it caches nothing. Files are looked up by
 * their keys, in memory; no path of a request ever becomes one of this machine.
 */
export class Distribution {
  readonly #root: string;
  readonly #compresses: boolean;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #files: ReadonlyMap<string, BucketFile>;
  readonly #compressed = new Map<string, Buffer>();

  /** @throws SandboxError for what the sandbox does not know of CloudFront */
  constructor(distribution: Resource, origins: Origins) {
    const config = distribution.properties.object('DistributionConfig');
    const behavior = config.object('DefaultCacheBehavior');
    if (!config.flag('Enabled'))
      config.refuse('Enabled', 'found false, expected true: there would be nothing to serve');
    if (behavior.text('CachePolicyId') !== CACHING_OPTIMIZED)
      behavior.refuse('CachePolicyId', `found ${behavior.text('CachePolicyId')}, expected ${CACHING_OPTIMIZED}`);
    const policy = origins.headersPolicies.find(({ ref }) => ref === behavior.raw('ResponseHeadersPolicyId'));
    this.#headers = policy === undefined ? {} : readResponseHeaders(policy);
    this.#root = config.text('DefaultRootObject', '');
    this.#compresses = behavior.flag('Compress');
    this.#files = readableFiles(distribution, origins);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const key = keyOf(request.url ?? '/');
    const file = key === undefined ? undefined : this.#files.get(key === '' ? this.#root : key);
    if (request.method !== 'GET' && request.method !== 'HEAD') this.#refuse(request, response, METHOD_REFUSED);
    else if (key === undefined) this.#refuse(request, response, BAD_REQUEST);
    else if (file === undefined) this.#refuse(request, response, ACCESS_DENIED);
    else this.#serve(request, response, file);
  }

  #serve(request: IncomingMessage, response: ServerResponse, file: BucketFile): void {
    const eligible = this.#compresses && isCompressed(file);
    const encoding = eligible ? encodingFor(request.headers['accept-encoding']) : undefined;
    // What is compressed is not the same bytes any more, so the tag becomes a weak one.
    const etag = encoding === undefined ? file.etag : `W/${file.etag}`;
    const headers = {
      ...this.#headers,
      'content-type': file.contentType,
      etag,
      ...(file.cacheControl !== '' && { 'cache-control': file.cacheControl }),
      ...(eligible && { vary: 'accept-encoding' }),
    };
    if (matches(request.headers['if-none-match'], file.etag)) return void response.writeHead(304, headers).end();
    const body = encoding === undefined ? file.body : this.#compress(file, encoding);
    response.writeHead(200, {
      ...headers,
      'content-length': body.length,
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #compress({ etag, body }: BucketFile, encoding: Encoding): Buffer {
    const id = `${encoding} ${etag}`;
    const known = this.#compressed.get(id);
    if (known !== undefined) return known;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
    const compressed = encoding === 'br' ? brotliCompressSync(body, quality) : gzipSync(body);
    this.#compressed.set(id, compressed);
    return compressed;
  }

  #refuse({ method }: IncomingMessage, response: ServerResponse, { status, contentType, text }: Refusal): void {
    response.writeHead(status, {
      ...this.#headers,
      'content-type': contentType,
      'content-length': Buffer.byteLength(text),
      // What follows of a body is left unread.
      ...(method !== 'GET' && method !== 'HEAD' && { connection: 'close' }),
    });
    response.end(method === 'HEAD' ? undefined : text);
  }
}

/** The files of the bucket behind a distribution, if the bucket's policy lets exactly this distribution read them. */
function readableFiles(distribution: Resource, origins: Origins): ReadonlyMap<string, BucketFile> {
  const config = distribution.properties.object('DistributionConfig');
  const target = config.object('DefaultCacheBehavior').text('TargetOriginId');
  const origin = config.objects('Origins').find((each) => each.text('Id') === target);
  if (origin === undefined) return config.refuse('Origins', `found no ${target}, expected the origin of the behavior`);
  const domain = origin.text('DomainName');
  const bucket = origins.buckets.find((each) => each.attribute('RegionalDomainName') === domain);
  if (bucket === undefined)
    return origin.refuse('DomainName', `found ${domain}, expected that of a bucket of the stack`);
  const signing = origins.accessControls.find(({ ref }) => ref === origin.text('OriginAccessControlId'));
  const isSigned = signing?.properties.object('OriginAccessControlConfig').text('SigningBehavior') === 'always';
  const mayRead = origins.bucketPolicies
    .filter(({ properties }) => properties.text('Bucket') === bucket.ref)
    .flatMap(({ properties }) => properties.object('PolicyDocument').raw('Statement'))
    .some((statement) => letsRead(statement, distribution.ref));
  return isSigned && mayRead ? (origins.files.get(bucket.ref) ?? new Map()) : new Map();
}

/** Source: CloudFront developer guide, "Restrict access to an Amazon S3 origin": the policy that it asks for. */
const letsRead = (statement: unknown, id: string): boolean =>
  isObject(statement) &&
  statement['Effect'] === 'Allow' &&
  statement['Action'] === 's3:GetObject' &&
  JSON.stringify(statement['Principal']) === '{"Service":"cloudfront.amazonaws.com"}' &&
  JSON.stringify(statement['Condition']).endsWith(`:distribution/${id}"}}`);

/** The key of S3 that a path stands for, or nothing if no path is that way. */
function keyOf(url: string): string | undefined {
  try {
    return decodeURIComponent((url.split('?')[0] ?? '/').slice(1));
  } catch {
    return undefined;
  }
}

const isCompressed = ({ contentType, body }: BucketFile): boolean =>
  COMPRESSED.types.test(contentType) && body.length >= COMPRESSED.least && body.length <= COMPRESSED.most;

type Encoding = 'br' | 'gzip';

/** CloudFront takes Brotli where a viewer takes both. */
function encodingFor(header: string | string[] | undefined): Encoding | undefined {
  const accepted = String(header ?? '')
    .split(',')
    .map((each) => each.trim().split(/;\s*q=/))
    .filter(([, weight]) => weight === undefined || Number(weight) > 0)
    .map(([name]) => name);
  return (['br', 'gzip'] as const).find((name) => accepted.includes(name));
}

/** Weak comparison, as RFC 9110, section 13.1.2, has it. */
const matches = (header: string | undefined, etag: string): boolean =>
  header === '*' || (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
