import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Credentials, createSigner } from './sign-request.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
/** The SDK takes `.` and `..` out of a path, which no connection is called. */
const connection = text.filter((id) => id !== '.' && id !== '..');
const word = fc.stringMatching(/^[A-Za-z0-9/+=]{1,60}$/);

/** What the SDK's own signer says. */
async function bySdk(credentials: Credentials, method: string, path: string, body: string, signingDate: Date) {
  const { sessionToken, ...keys } = credentials;
  const signer = new SignatureV4({
    credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
    region: 'eu-north-1',
    service: 'execute-api',
    sha256: Sha256,
    applyChecksum: false,
  });
  const host = 'abc.execute-api.eu-north-1.amazonaws.com';
  const request = new HttpRequest({ method, protocol: 'https:', hostname: host, path, headers: { host }, body });
  return (await signer.sign(request, { signingDate })).headers;
}

describe('a signature', () => {
  it('is the one that the SDK makes, whatever is signed, by whom and when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ accessKeyId: word, secretAccessKey: word, sessionToken: fc.option(word, { nil: undefined }) }),
        fc.constantFrom('POST', 'GET', 'DELETE'),
        connection,
        text,
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        async (credentials, method, connectionId, body, date) => {
          const path = `/v1/@connections/${encodeURIComponent(connectionId)}`;
          const host = 'abc.execute-api.eu-north-1.amazonaws.com';
          const sign = createSigner(credentials, 'eu-north-1', 'execute-api');
          expect(sign({ method, host, path, body }, date)).toEqual(await bySdk(credentials, method, path, body, date));
        },
      ),
      {
        numRuns: 300,
        examples: [
          [{ accessKeyId: 'A', secretAccessKey: '+', sessionToken: undefined }, 'POST', '...', '', new Date(0)],
        ],
      },
    );
  });

  it('is made with the key of its day, when days follow each other', async () => {
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' };
    const sign = createSigner(credentials, 'eu-north-1', 'execute-api');
    const host = 'abc.execute-api.eu-north-1.amazonaws.com';
    for (const day of ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00Z', '2026-03-01T12:00:00Z']) {
      const found = sign({ method: 'POST', host, path: '/v1', body: '' }, new Date(day));
      expect(found).toEqual(await bySdk(credentials, 'POST', '/v1', '', new Date(day)));
    }
  });
});
