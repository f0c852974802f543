import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cachedDocument, toDocumentAnswer } from './cached-document.ts';

const TEXT = '{"a":"Åse ⛵"}';
const document = cachedDocument(TEXT);
const answer = (headers: Record<string, string> = {}) => toDocumentAnswer(document, { headers });

describe('a cached document', () => {
  it('comes as it is, and may be kept for a while', () => {
    expect(answer()).toEqual({
      statusCode: 200,
      headers: {
        etag: document.etag,
        'cache-control': 'public, max-age=300',
        vary: 'accept-encoding',
        'content-type': 'application/json',
      },
      body: TEXT,
    });
    expect(document.etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(cachedDocument(`${TEXT} `).etag).not.toBe(document.etag);
  });

  it.each(['gzip', 'br, gzip', 'deflate,  GZIP;q=0.5', 'x-gzip'])('comes compressed for who takes %s', (accepted) => {
    const { body = '', isBase64Encoded, headers } = answer({ 'accept-encoding': accepted });
    expect({ isBase64Encoded, encoding: headers?.['content-encoding'] }).toEqual({
      isBase64Encoded: true,
      encoding: 'gzip',
    });
    expect(gunzipSync(Buffer.from(body, 'base64')).toString()).toBe(TEXT);
  });

  it.each(['', 'br', 'identity', 'gzip;q=0', 'gzip; q=0.00', 'notgzip'])(
    'comes as it is for who takes "%s"',
    (accepted) => {
      expect(answer({ 'accept-encoding': accepted })).toEqual(answer());
    },
  );

  it.each([document.etag, document.etag.replace('W/', ''), `"other", ${document.etag}`, '*'])(
    'does not come to who has it already: %s',
    (tag) => {
      const { statusCode, headers, body } = answer({ 'if-none-match': tag });
      expect({ statusCode, body, etag: headers?.['etag'] }).toEqual({
        statusCode: 304,
        body: undefined,
        etag: document.etag,
      });
    },
  );

  it.each(['"other"', '', 'W/"', document.etag.slice(0, -2)])('comes to who has another: %s', (tag) => {
    expect(answer({ 'if-none-match': tag }).statusCode).toBe(200);
  });
});
