import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A document that many ask for and that seldom changes. */
export interface CachedDocument {
  readonly text: string;
  readonly etag: string;
  /** In base64, as a function answers bytes. */
  readonly gzipped: string;
}

/** Compressed and named by its content, once. The tag is weak because it is the same for both forms. */
export const cachedDocument = (text: string): CachedDocument => ({
  text,
  etag: `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`,
  gzipped: gzipSync(text).toString('base64'),
});

/** A few minutes: a deployment is seen soon, and asking again costs a 304. */
const CACHE_CONTROL = 'public, max-age=300';

/**
 * The document as an answer: not at all to who has it already, and compressed for who can read that.
 * Source: RFC 9110, sections 13.1.2 (If-None-Match) and 12.5.3 (Accept-Encoding).
 */
export function toDocumentAnswer(
  { text, etag, gzipped }: CachedDocument,
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
): APIGatewayProxyStructuredResultV2 {
  const common = { etag, 'cache-control': CACHE_CONTROL, vary: 'accept-encoding' };
  if (isNamed(etag, headers['if-none-match'])) return { statusCode: 304, headers: common };
  const answer = { statusCode: 200, headers: { ...common, 'content-type': 'application/json' } };
  if (!takesGzip(headers['accept-encoding'])) return { ...answer, body: text };
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip' },
    body: gzipped,
    isBase64Encoded: true,
  };
}

/** The comparison is weak: a cache on the way may have made the tag strong or weak. */
function isNamed(etag: string, ifNoneMatch: string | undefined): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag)) ?? false;
}

function takesGzip(acceptEncoding: string | undefined): boolean {
  const gzip = acceptEncoding?.split(',').find((coding) => /^\s*(?:x-)?gzip\s*(?:;|$)/i.test(coding));
  return gzip !== undefined && !/;\s*q=0(?:\.0*)?\s*$/i.test(gzip);
}
