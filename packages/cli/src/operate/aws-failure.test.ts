import { describe, expect, it } from 'vitest';
import { Failure, Unreachable } from '../failure.ts';
import { toFailure } from './aws-failure.ts';

const ASKED = { action: 'sqs:ReceiveMessage', resource: 'the queue dead', place: 'eu-north-1' };
const error = (name: string, message = 'as AWS says', code?: string) =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

describe('what goes wrong at AWS', () => {
  it.each([
    ['CredentialsProviderError', 'no usable AWS credentials for sqs:ReceiveMessage', 'aws sso login'],
    ['ExpiredTokenException', 'no usable AWS credentials for sqs:ReceiveMessage', 'aws sts get-caller-identity'],
    ['AccessDeniedException', 'AWS does not permit you sqs:ReceiveMessage on the queue dead', 'docs/repairing.md'],
    ['QueueDoesNotExist', 'the queue dead is not there, at eu-north-1', 'npm run target'],
    ['ThrottlingException', 'AWS throttles sqs:ReceiveMessage on the queue dead', 'Repeat the command'],
    ['SomethingNew', 'sqs:ReceiveMessage on the queue dead failed: SomethingNew: as AWS says', undefined],
  ])('%s names action, resource and what to do', (name, message, note) => {
    const failure = toFailure(error(name), ASKED);
    expect(failure.message).toContain(message);
    expect(failure.exitCode).toBe(1);
    expect(failure.notes.join('\n')).toContain(note ?? '');
  });

  it('is a network that does not answer', () => {
    const failure = toFailure(error('Error', '', 'ECONNREFUSED'), ASKED);
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure.message).toContain('at eu-north-1 (ECONNREFUSED)');
    expect(toFailure(error('TimeoutError'), ASKED)).toBeInstanceOf(Unreachable);
  });

  it('stays what it is once it is a failure', () => {
    const failure = new Failure('x');
    expect(toFailure(failure, ASKED)).toBe(failure);
    expect(toFailure('thrown text', ASKED).message).toContain('thrown text');
  });
});
