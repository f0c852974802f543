import { describe, expect, it } from 'vitest';
import { idOfPathParameter, pathOfEvent } from './event-path.ts';

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
      expect(idOfPathParameter(parameterOf(pathOfEvent(id)) ?? 'no route')).toBe(id);
    },
  );

  it('is the plain one for an id that needs no encoding', () => {
    const id = '123e4567-e89b-12d3-a456-426614174000';
    expect(pathOfEvent(id)).toBe(`/events/${id}`);
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
