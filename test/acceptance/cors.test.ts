import { describe, expect } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { request, STRUCTURED, tokenFor } from './hub.ts';

const list = (value: string | null): readonly string[] => (value ?? '').toLowerCase().split(/\s*,\s*/);

/** Whether an answer lets a page of the origin read it. */
const expectAllowed = (headers: Headers, origin: string): void => {
  expect(['*', origin], origin).toContain(headers.get('access-control-allow-origin'));
};

describe('a page from an allowed origin', () => {
  for (const origin of ['http://localhost:5173', 'http://127.0.0.1:8080']) {
    for (const method of ['POST', 'GET']) {
      needs('cors-preflight')(`${origin} may ${method} with a token, after asking`, async () => {
        const { status, headers } = await request('OPTIONS', '/events', {
          headers: {
            origin,
            'access-control-request-method': method,
            'access-control-request-headers': 'authorization,content-type,ce-id',
          },
        });
        expect([200, 204], origin).toContain(status);
        expectAllowed(headers, origin);
        expect(list(headers.get('access-control-allow-methods'))).toContain(method.toLowerCase());
        expect(list(headers.get('access-control-allow-headers'))).toEqual(
          expect.arrayContaining(['authorization', 'content-type', 'ce-id']),
        );
      });
    }
  }

  needs('cors-preflight')('may read answers, refusals too', async () => {
    const tenant = newTenant('cors');
    const origin = 'http://localhost:5173';
    const token = await tokenFor({ tenant });
    const headers = { origin, 'content-type': STRUCTURED };
    const accepted = await request('POST', '/events', { token, headers, body: JSON.stringify(newEvent(tenant)) });
    const refused = await request('POST', '/events', { headers, body: '{}' });
    expect([accepted.status, refused.status]).toEqual([202, 401]);
    for (const answer of [accepted, refused]) expectAllowed(answer.headers, origin);
  });
});
