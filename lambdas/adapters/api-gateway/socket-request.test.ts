import { asTenantId } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { fromContext, lowerCase, toContext } from './socket-request.ts';

describe('headers of a handshake', () => {
  it('are found in small letters, however the client wrote them', () => {
    expect(lowerCase({ ORIGIN: 'a', 'Sec-WebSocket-Protocol': 'b', authorization: 'c' })).toEqual({
      origin: 'a',
      'sec-websocket-protocol': 'b',
      authorization: 'c',
    });
  });

  it.each([[undefined], [null], [{}]])('may be missing (%j)', (headers) => {
    expect(lowerCase(headers)).toEqual({});
  });

  it('cannot change what every object has', () => {
    const headers: Record<string, string> = JSON.parse('{"__PROTO__":"x","__proto__":"y"}');
    expect(Object.getPrototypeOf(lowerCase(headers))).toBe(Object.prototype);
  });
});

describe('a recipient', () => {
  it.each([
    {
      tenant: asTenantId('a#b;c 🦊'),
      subject: 'u"1',
      organizations: ['o,1'],
      roles: ['r 1'],
      expiresAt: 1769851800,
      mayRead: true,
    },
    { tenant: asTenantId('t'), subject: undefined, organizations: [], roles: [], expiresAt: 0, mayRead: false },
  ])('comes out of the context as it went in (%#)', (recipient) => {
    const context = toContext(recipient);
    expect(Object.values(context).map((value) => typeof value)).toEqual(['string']);
    expect(fromContext(context)).toEqual(recipient);
    // API Gateway adds members of its own.
    expect(fromContext({ ...context, principalId: 'socket', integrationLatency: 12 })).toEqual(recipient);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ principalId: 'socket' }], [[]]])(
    'is not there where no authorizer has spoken (%j)',
    (context) => {
      expect(fromContext(context)).toBeUndefined();
    },
  );

  it.each([['{'], ['null'], [''], ['undefined']])('that cannot be read (%j) is nobody, loudly', (recipient) => {
    expect(() => fromContext({ recipient })).toThrow();
  });
});
