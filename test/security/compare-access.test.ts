import { describe, expect, it } from 'vitest';
import { type AccessReport, compareAccess, deniedIn, type Exception } from './compare-access.ts';

const LOGS = { action: 'logs:PutLogEvents', resource: 'arn:logs', uses: 0 };
const WRITES_LOGS: Exception = { function: /./, action: /^logs:/, reason: 'Lambda itself writes them' };
const report = (...more: AccessReport[string]): AccessReport => ({
  'tidings-dev-fan-out': [LOGS, { action: 'dynamodb:Query', resource: 'arn:table', uses: 7 }, ...more],
});

describe('permissions', () => {
  it('that are all used are as they should be', () => {
    expect(compareAccess(report(), [WRITES_LOGS])).toEqual([]);
  });

  it('that are never used are named', () => {
    const unused = report({ action: 'dynamodb:DeleteItem', resource: 'arn:table', uses: 0 });
    expect(compareAccess(unused, [WRITES_LOGS])).toEqual([
      'tidings-dev-fan-out may dynamodb:DeleteItem on arn:table, and never did',
    ]);
    expect(compareAccess(report(), [])).toEqual([
      'tidings-dev-fan-out may logs:PutLogEvents on arn:logs, and never did',
    ]);
  });

  it('that two statements give count as one', () => {
    expect(compareAccess(report({ action: 'dynamodb:Query', resource: 'arn:table', uses: 0 }), [WRITES_LOGS])).toEqual(
      [],
    );
  });

  it('of nobody are no proof', () => {
    expect(compareAccess({}, [])).toHaveLength(1);
  });
});

describe('an exception', () => {
  it('for what nobody may do, or what is done after all, is named', () => {
    const gone: Exception = { function: /fan-out/, action: /^sqs:/, reason: 'Once upon a time' };
    expect(compareAccess(report(), [WRITES_LOGS, gone])).toEqual([
      expect.stringContaining('is for a permission that nobody has'),
    ]);
    const used: Exception = { function: /fan-out/, action: /^dynamodb:Query$/, reason: 'Seldom' };
    expect(compareAccess(report(), [WRITES_LOGS, used])).toEqual([
      expect.stringContaining('is for permissions that are used'),
    ]);
    expect(compareAccess(report(), [WRITES_LOGS, { ...used, sometimes: true }])).toEqual([]);
  });

  it('holds for its resource only', () => {
    const two = report(
      { action: 'sqs:SendMessage', resource: 'arn:a', uses: 0 },
      { action: 'sqs:SendMessage', resource: 'arn:b', uses: 0 },
    );
    const one: Exception = { function: /fan-out/, action: /^sqs:SendMessage$/, resource: /:a$/, reason: 'Fault' };
    expect(compareAccess(two, [WRITES_LOGS, one])).toEqual([expect.stringContaining('arn:b')]);
  });
});

describe('a call that is refused', () => {
  it('is found in the log, once', () => {
    const line = JSON.stringify({
      level: 'ERROR',
      error: { message: 'x is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:t, because no' },
    });
    expect(deniedIn([line, line, '{"level":"INFO"}'].join('\n'))).toEqual(['dynamodb:Scan on arn:aws:dynamodb:t']);
  });
});
