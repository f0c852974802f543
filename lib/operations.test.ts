import { describe, expect, it } from 'vitest';
import { validateEnvironment } from './environment.ts';
import { mistakes, VALID } from './fixture/environment.ts';
import { DEFAULT_LIMITS } from './operations.ts';

describe('what an environment says about its operation', () => {
  const topic = (region: string): string => `arn:aws:sns:${region}:123456789012:alarms`;

  it('names who may put events from elsewhere, module by module', () => {
    const producers = { bank: { accounts: ['111111111111'], organization: 'o-a1b2c3d4e5' } };
    expect(validateEnvironment('prod', { ...VALID, producers }).producers).toEqual(producers);
  });

  it('changes single limits and keeps the others', () => {
    expect(validateEnvironment('prod', { ...VALID, limits: { socketsPerUser: 3 } }).limits).toEqual({
      ...DEFAULT_LIMITS,
      socketsPerUser: 3,
    });
  });

  it.each([
    [{ producers: { bank: {} } }, 'prod.producers.bank: found {}, expected accounts, an organization, or both'],
    [
      { producers: { bank: { accounts: ['1234'] } } },
      'prod.producers.bank.accounts[0]: found "1234", expected an AWS account: a string of 12 digits',
    ],
    [
      { producers: { bank: { organization: 'acme' } } },
      'prod.producers.bank.organization: found "acme", expected an organisation such as "o-a1b2c3d4e5"',
    ],
    [{ producers: [] }, 'prod.producers: found [], expected an object: module to { accounts, organization }'],
    [
      { alarmTopics: ['arn:aws:sqs:eu-north-1:123456789012:alarms'] },
      'prod.alarmTopics[0]: found "arn:aws:sqs:eu-north-1:123456789012:alarms", expected an ARN such as ' +
        '"arn:aws:sns:eu-north-1:123456789012:alarms"',
    ],
    [{ archiveDays: -1 }, 'prod.archiveDays: found -1, expected a whole number of days, 0 to 3650'],
    [
      { limits: { socketsPerUser: 0 } },
      'prod.limits.socketsPerUser: found 0, expected a whole number of sockets, 1 to 1000',
    ],
    [{ reservedConcurrency: { socket: 0 } }, 'found 0, expected a whole number of executions, 1 to 10000'],
    [{ reservedConcurrency: { sockets: 5 } }, 'Did you mean socket?'],
    [{ tracing: 'yes' }, 'prod.tracing: found "yes", expected true or false'],
  ])('refuses %o, naming the field', (change, message) => {
    const found = mistakes('prod', { ...VALID, ...change });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it.each([
    ['encryptionKey', 'my-key'],
    ['encryptionKey', 'arn:aws:kms::333333333333:key/1234abcd'],
    ['encryptionKey', 'arn:aws:kms:eu-north-1:12345:key/1234abcd'],
    ['webAcl', 'arn:aws:wafv2:eu-north-1:123456789012:regional/webacl/hub/1234abcd'],
    ['webAcl', 'arn:aws:wafv2:eu-north-1:333333333333:global/webacl/hub/1234abcd'],
  ])('refuses an invalid ARN: %s %s', (field, arn) => {
    const [found] = mistakes('prod', { ...VALID, [field]: arn });
    expect(found).toContain(`prod.${field}: found ${JSON.stringify(arn)}, expected an ARN such as`);
  });

  it.each([topic(''), `${topic('eu-north-1')}.fifo`])('refuses an invalid ARN of a topic: %s', (arn) => {
    const [found] = mistakes('prod', { ...VALID, alarmTopics: [arn] });
    expect(found).toContain(`prod.alarmTopics[0]: found ${JSON.stringify(arn)}, expected an ARN such as`);
  });
});
