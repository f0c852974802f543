import { type Stack, StackStatus } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { standingOf } from './stack-state.ts';

const stackIn = (status: StackStatus, protectedAgainstDeletion = false): Stack => ({
  StackName: 'tidings-prod',
  StackStatus: status,
  CreationTime: new Date('2026-01-31T09:30:00Z'),
  EnableTerminationProtection: protectedAgainstDeletion,
});

describe('a stack', () => {
  it('that is not there is new', () => {
    expect(standingOf(undefined, 'prod')).toBe('new');
  });

  it.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'] as const)(
    'in %s can be updated',
    (status) => {
      expect(standingOf(stackIn(status, true), 'prod')).toBe('deployed');
    },
  );

  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'REVIEW_IN_PROGRESS'] as const)(
    'in %s was never there: the CDK makes it anew',
    (status) => {
      expect(standingOf(stackIn(status), 'prod')).toBe('new');
    },
  );

  it.each([
    ['ROLLBACK_COMPLETE', true, 'update-termination-protection --stack-name tidings-prod'],
    ['UPDATE_ROLLBACK_FAILED', true, 'npx cdk rollback tidings-prod -c environment=prod'],
    ['UPDATE_FAILED', true, 'npx cdk rollback tidings-prod -c environment=prod'],
    ['UPDATE_IN_PROGRESS', true, 'Another deployment is under way'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', true, 'Another deployment is under way'],
    ['CREATE_IN_PROGRESS', false, 'Another deployment is under way'],
    ['DELETE_IN_PROGRESS', false, 'It is being deleted'],
    ['DELETE_FAILED', false, 'could not be deleted'],
  ] as const)('in %s (protected: %s) is refused with what to do: %s', (status, isProtected, advice) => {
    const found = `tidings-prod: expected a stack that can be updated, found ${status}.`;
    expect(() => standingOf(stackIn(status, isProtected), 'prod')).toThrow(found);
    expect(() => standingOf(stackIn(status, isProtected), 'prod')).toThrow(advice);
  });

  it('that was not rolled back can be gone on with, if whoever deploys says so', () => {
    expect(standingOf(stackIn('UPDATE_FAILED'), 'dev', true)).toBe('half-deployed');
    expect(() => standingOf(stackIn('UPDATE_FAILED'), 'dev')).toThrow('deploy with --no-rollback to go on');
    expect(() => standingOf(stackIn('UPDATE_ROLLBACK_FAILED'), 'dev', true)).toThrow('npx cdk rollback');
  });

  it('is new, deployed or refused, whatever its status', () => {
    const outcomes = Object.values(StackStatus).map((status) => {
      try {
        return standingOf(stackIn(status), 'prod');
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(new Set(outcomes)).toEqual(new Set(['new', 'deployed', 'Refused']));
  });
});
