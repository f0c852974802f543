import { createHash } from 'node:crypto';
import path from 'node:path';

/** An object of S3, as the AWS CLI puts a file there. */
export interface BucketFile {
  readonly body: Buffer;
  /** Strong. Source: S3 API reference, Object, "ETag": of what is encrypted by S3 itself it is the MD5 digest. */
  readonly etag: string;
  readonly contentType: string;
  /** Empty where it has none. */
  readonly cacheControl: string;
}

/** As the AWS CLI guesses them from a name; S3's own where it cannot. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

export const toFile = (key: string, body: Buffer, cacheControl: string): BucketFile => ({
  body,
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
  contentType: CONTENT_TYPES[path.posix.extname(key).toLowerCase()] ?? 'binary/octet-stream',
  cacheControl,
});
