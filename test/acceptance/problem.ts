import { expect } from 'vitest';
import type { Answer } from './hub.ts';

/** What a problem document has to say. */
export interface ExpectedProblem {
  readonly status: number;
  readonly code: string;
  /** JSON pointer of a field that must be named. */
  readonly path?: string;
  /** Pieces of text that must occur in the detail or the errors: what was found, what was expected. */
  readonly says?: readonly string[];
}

/** Traces of the inside: stack frames, file names, paths. */
const INSIDE = /\bat .+:\d+:\d+|node_modules|\/var\/task|\.[cm]?[jt]s:\d+/;

/** Checks that an answer is a problem document as RFC 9457 has it, and gives away neither the inside nor the token. */
export function expectProblem(answer: Answer, expected: ExpectedProblem, token = ''): void {
  const about = `${answer.status} ${answer.text.slice(0, 1500)}`;
  expect(answer.headers.get('content-type'), about).toMatch(/^application\/problem\+json\b/);
  const problem = JSON.parse(answer.text) as Record<string, unknown>;
  expect({ answered: answer.status, status: problem['status'], code: problem['code'] }, about).toEqual({
    answered: expected.status,
    status: expected.status,
    code: expected.code,
  });
  expect(problem, about).toMatchObject({
    type: expect.any(String),
    title: expect.stringMatching(/./),
    detail: expect.stringMatching(/./),
  });
  const errors = (problem['errors'] ?? []) as readonly { path: string; message: string }[];
  const wanted = expected.path === undefined ? [] : [expected.path];
  expect(
    errors.map(({ path }) => path),
    about,
  ).toEqual(expect.arrayContaining(wanted));
  const said = [problem['detail'], ...errors.map(({ path, message }) => `${path} ${message}`)].join('\n');
  for (const piece of expected.says ?? []) expect(said, about).toContain(piece);
  expect(answer.text, 'a problem shows nothing of the inside').not.toMatch(INSIDE);
  expect(containsPartOf(answer.text, token), `the answer repeats the token: ${about}`).toBe(false);
}

/** Whether a text has a part of a token in it. The header of a token is the same in many, and says nothing. */
export function containsPartOf(text: string, token: string): boolean {
  const parts = token.split('.').filter((part) => part.length >= 12);
  return parts.some((part) => text.includes(part));
}
