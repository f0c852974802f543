import { describe, expect, it } from 'vitest';
import { ISSUER, mistakes, VALID } from './fixture/environment.ts';

describe('what is right by itself, and not with the rest', () => {
  const topic = (region: string): string => `arn:aws:sns:${region}:123456789012:alarms`;

  it.each([
    [
      { issuers: [ISSUER, ISSUER] },
      'prod.issuers: found "https://login.example.com" twice, expected every issuer once',
    ],
    [
      { alarmTopics: [topic('eu-north-1'), topic('us-east-1')] },
      'prod.alarmTopics[1]: found a topic in us-east-1, expected one in eu-north-1, where the alarms are',
    ],
    [
      { alarmTopics: Array.from({ length: 6 }, (_, index) => `${topic('eu-north-1')}${index}`) },
      'prod.alarmTopics: found 6 topics, expected at most 5',
    ],
    [
      { reservedConcurrency: { 'fan-out': 49 } },
      'prod.reservedConcurrency.fan-out: found 49 executions, expected at least 50, which is prod.fanOutConcurrency',
    ],
    [
      { reservedConcurrency: { 'store-events': 20 }, storeConcurrency: 30 },
      'prod.reservedConcurrency.store-events: found 20 executions, expected at least 30, which is prod.storeConcurrency',
    ],
    [
      { encryptionKey: 'arn:aws:kms:us-east-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
      'prod.encryptionKey: found a key in us-east-1, expected one in eu-north-1, where the hub is',
    ],
    [
      { webAcl: 'arn:aws:wafv2:us-east-1:111111111111:global/webacl/hub/1234abcd' },
      'prod.webAcl: found a web ACL of the account 111111111111, expected one of 333333333333, where the hub is',
    ],
  ])('refuses %o, naming the field', (change, message) => {
    const found = mistakes('prod', { ...VALID, ...change });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('refuses more issuers than fit into the variables of a function', () => {
    expect(
      mistakes('prod', {
        ...VALID,
        issuers: Array.from({ length: 40 }, (_, i) => ({ ...ISSUER, issuer: `https://login.example.com/${i}` })),
      }),
    ).toEqual([
      expect.stringMatching(/^prod\.issuers and prod\.allowedOrigins: found \d+ bytes as JSON, expected at most 3000/),
    ]);
  });
});
