import { CODES, FrameError, TidingsError } from '@tidings/contracts';
import { describe, expect, it } from 'vitest';
import { statusOf, thrownToProblem, toProblem } from './problem.ts';

const bodyOf = ({ body }: { body?: string | undefined }): unknown => JSON.parse(body ?? '');

describe('a status', () => {
  it.each(CODES)('of %s is one that says who is to act, and has a title', (code) => {
    const { statusCode, body } = toProblem({ code, detail: 'd' });
    expect(statusCode).toBe(statusOf(code));
    expect([400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503]).toContain(statusCode);
    expect(JSON.parse(body ?? '')).toMatchObject({ status: statusCode, title: expect.not.stringMatching(/^Error$/) });
  });

  it('is 401 where another token helps, 403 where it must be a token of somebody else', () => {
    const ofToken = CODES.filter((code) => code.startsWith('TOKEN_'));
    expect(ofToken.filter((code) => statusOf(code) !== 401)).toEqual([]);
    expect(CODES.filter((code) => statusOf(code) === 403)).toEqual([
      'TENANT_CLAIM_MISSING',
      'TENANT_MISMATCH',
      'SCOPE_MISSING',
      'ORIGIN_REFUSED',
    ]);
  });
});

describe('a problem document', () => {
  it('has the members of RFC 9457, a code, and what was wrong', () => {
    const errors = [{ path: '/data/a', message: 'must be number' }];
    const answer = toProblem({ code: 'EVENT_DATA_INVALID', detail: 'Why.', errors, members: { rejected: [] } });
    expect(answer).toMatchObject({
      statusCode: 422,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    });
    expect(bodyOf(answer)).toStrictEqual({
      type: 'about:blank',
      title: 'Unprocessable Content',
      status: 422,
      code: 'EVENT_DATA_INVALID',
      detail: 'Why.',
      errors,
      rejected: [],
    });
  });

  it('leaves out what there is nothing of', () => {
    expect(bodyOf(toProblem({ code: 'EVENT_NOT_FOUND', detail: 'd' }))).toStrictEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'EVENT_NOT_FOUND',
      detail: 'd',
    });
  });

  it('challenges with every 401 and a missing scope, and says that a token was bad only where there was one', () => {
    const challenged = CODES.map((code) => [
      statusOf(code),
      toProblem({ code, detail: '' }).headers?.['www-authenticate'],
    ]);
    const insufficient = 'Bearer realm="tidings", error="insufficient_scope"';
    expect(challenged.filter(([status, challenge]) => (status === 401) !== (challenge !== undefined))).toEqual([
      [403, insufficient],
    ]);
    const challengeOf = (code: (typeof CODES)[number]) => toProblem({ code, detail: '' }).headers?.['www-authenticate'];
    expect(challengeOf('TOKEN_MISSING')).toBe('Bearer realm="tidings"');
    expect(challengeOf('TOKEN_EXPIRED')).toBe('Bearer realm="tidings", error="invalid_token"');
    expect(challengeOf('SCOPE_MISSING')).toBe(insufficient);
  });

  it('says when to try again with every 503, and with nothing else', () => {
    const waiting = CODES.filter((code) => toProblem({ code, detail: '' }).headers?.['retry-after'] !== undefined);
    expect(waiting).toEqual(['BUS_UNAVAILABLE', 'ISSUER_UNAVAILABLE']);
    expect(toProblem({ code: 'BUS_UNAVAILABLE', detail: '' }).headers?.['retry-after']).toBe('1');
  });
});

describe('something thrown', () => {
  it('by the hub reaches the caller in the words of the hub, without its cause and stack', () => {
    const cause = new Error('SECRET cause');
    const error = new TidingsError('QUERY_INVALID', 'No.', { cause, errors: [{ path: '/limit', message: 'm' }] });
    const answer = thrownToProblem(error);
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toStrictEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'QUERY_INVALID',
      detail: 'No.',
      errors: [{ path: '/limit', message: 'm' }],
    });
  });

  it('by the contracts is as good as by the hub', () => {
    expect(thrownToProblem(new FrameError('FRAME_MALFORMED', 'x', '1')).statusCode).toBe(400);
  });

  it.each([
    ['an error', new Error('SECRET')],
    ['an error with a code', Object.assign(new Error('SECRET'), { code: 'QUERY_INVALID' })],
    [
      'an error of the SDK',
      Object.assign(new Error('SECRET'), { name: 'ThrottlingException', $metadata: { a: 'SECRET' } }),
    ],
    ['an error with a status', Object.assign(new TypeError('SECRET'), { statusCode: 418, errors: ['SECRET'] })],
    ['text', 'SECRET'],
    ['an object', { name: 'TidingsError', code: 'QUERY_INVALID', message: 'SECRET' }],
    ['nothing', undefined],
    ['null', null],
  ])('that is %s is only called an internal error', (_, thrown) => {
    const answer = thrownToProblem(thrown);
    expect(answer.statusCode).toBe(500);
    expect(bodyOf(answer)).toStrictEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'INTERNAL_ERROR',
      detail: 'The hub failed to answer; trying again is safe',
    });
    expect(JSON.stringify(answer)).not.toContain('SECRET');
  });
});
