import { eventPath } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { idOfPathParameter, nameOfPathParameter } from './event-path.ts';

/** What API Gateway makes of a path: it decodes, loses what follows a question mark, and divides at slashes. */
function parameterOf(path: string): string | undefined {
  const { pathname } = new URL(`https://api.example${path}`);
  const [decoded = ''] = decodeURIComponent(pathname).split('?');
  const segments = decoded.split('/');
  return segments.length === 3 ? segments[2] : undefined;
}

describe('the path of an event', () => {
  it.each(['a/b', '/', 'a?b=c', 'a#b', 'a%b', 'a%2Fb', 'a%252Fb', '%', 'a b', 'a+b', '.', '..', 'ß⛵', '👩‍👩‍👧'])(
    'leads back to %s through API Gateway',
    (id) => {
      expect(idOfPathParameter(parameterOf(eventPath(id)) ?? 'no route')).toBe(id);
    },
  );

  it('is the plain one for an id that needs no encoding', () => {
    const id = '123e4567-e89b-12d3-a456-426614174000';
    expect(eventPath(id)).toBe(`/events/${id}`);
  });

  it('is understood when an id without percent signs was encoded once', () => {
    expect(idOfPathParameter(parameterOf(`/events/${encodeURIComponent('a#b;c:d@e|f⛵')}`) ?? '')).toBe(
      'a#b;c:d@e|f⛵',
    );
  });

  it('is taken as it is when it cannot be decoded again', () => {
    expect(idOfPathParameter('100%')).toBe('100%');
  });
});

describe('the path of a subscription', () => {
  const pathOf = (name: string): string => eventPath(name).replace('/events/', '/subscriptions/');

  it.each(['billing', 'a/b', 'a?b', '100%', 'a%2Fb', '.', '..', '__proto__', '😀'.repeat(256)])(
    'leads back to %s through API Gateway',
    (name) => {
      expect(nameOfPathParameter(parameterOf(pathOf(name)) ?? 'no route')).toBe(name);
    },
  );

  it.each([
    ['a b', 'white space'],
    ['a%2Cb', 'comma'],
    ['a\u0000', 'control character'],
    ['x'.repeat(257), 'at most 256 characters'],
    [undefined, 'expected a string'],
  ])('is refused where it leads to no name: %j', (parameter, expected) => {
    expect(() => nameOfPathParameter(parameter)).toThrow(
      expect.objectContaining({
        code: 'SUBSCRIPTION_INVALID',
        errors: [{ path: '/name', message: expect.stringContaining(expected) }],
      }),
    );
  });
});
