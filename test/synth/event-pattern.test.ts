import {
  EVENT_TYPES,
  type EventBridgePattern,
  type EventConditions,
  EventPatternError,
  eventPattern,
} from '@tidings/client';
import { SOURCE_BY_TYPE } from '@tidings/contracts/gen/constants.ts';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../sandbox/event-pattern.ts';

/** What the CDK writes into the template for a pattern: what EventBridge gets to see. */
function synthesized(pattern: EventBridgePattern): unknown {
  const stack = new Stack(new App(), 'Consumer');
  const eventBus = EventBus.fromEventBusName(stack, 'Bus', 'tidings-dev-bank');
  // Assigned as what it is: the type must fit without a cast.
  const taken: EventPattern = pattern;
  new Rule(stack, 'Rule', { eventBus, eventPattern: taken });
  const [rule] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  return rule?.['Properties'].EventPattern;
}

interface Attributes {
  readonly tenantid?: string;
  readonly subject?: string;
  readonly organizationids?: string;
  readonly userids?: string;
  readonly data?: unknown;
}

/** The event as it lies on the bus. */
const onBus = (type: string, attributes: Attributes = {}) => ({
  source: Object.hasOwn(SOURCE_BY_TYPE, type)
    ? SOURCE_BY_TYPE[type as keyof typeof SOURCE_BY_TYPE]
    : `com.tidings.${type.split('.')[0]}`,
  'detail-type': type,
  detail: { type, tenantid: 'acme', ...attributes },
});

const matches = (pattern: EventBridgePattern, event: unknown): boolean => compilePattern(synthesized(pattern))(event);

const status = (text: string, code: number) => ({ data: { status: { text, code } } });

describe('an event pattern', () => {
  it('is what a rule of the CDK takes', () => {
    expect(synthesized(eventPattern('bank.transaction:*', { tenantid: 'acme' }))).toEqual({
      source: ['com.tidings.bank'],
      'detail-type': [
        'bank.transaction:created@v1',
        'bank.transaction:deleted@v1',
        'bank.transaction:statuschanged@v1',
      ],
      detail: { tenantid: ['acme'] },
    });
  });

  it.each(['bank.transaction:created@v1', 'bank.*', '*.member:*@v1', '*', '*.*:*@v1'] as const)(
    'made of %s matches the types that a filter of the hub matches',
    async (pattern) => {
      const { compilePattern: ofHub } = await import('@tidings/contracts');
      const rule = compilePattern(synthesized(eventPattern(pattern)));
      const types = Object.keys(SOURCE_BY_TYPE);
      expect(types.filter((type) => rule(onBus(type)))).toEqual(types.filter(ofHub(pattern)));
    },
  );

  it('takes in no event of a part below, nor of a type that is not known yet', () => {
    const rule = compilePattern(synthesized(eventPattern('bank.*')));
    expect(rule(onBus('bank.transaction.line:created@v1'))).toBe(false);
    expect(rule(onBus('bank.transaction:created@v2'))).toBe(false);
  });

  it('takes in no event whose source is not that of its module', () => {
    const pattern = eventPattern(EVENT_TYPES.bankTestCreatedV1);
    expect(matches(pattern, { ...onBus('bank.test:created@v1'), source: 'com.other.bank' })).toBe(false);
  });

  it('has the sources of all modules that it matches', () => {
    expect(eventPattern('*').source).toEqual(['com.tidings.bank', 'com.tidings.community']);
  });
});

describe('a condition', () => {
  const changed = 'bank.transaction:statuschanged@v1';

  it.each([
    ['a value', { tenantid: 'acme' }, { tenantid: 'acme' }, true],
    ['another value', { tenantid: 'acme' }, { tenantid: 'globex' }, false],
    ['one of several values', { tenantid: ['globex', 'acme'] }, { tenantid: 'acme' }, true],
    ['a prefix', { subject: [{ prefix: 'transaction/' }] }, { subject: 'transaction/1' }, true],
    ['an attribute that must be there', { subject: [{ exists: true }] }, {}, false],
    ['anything but a value', { tenantid: [{ 'anything-but': ['acme'] }] }, { tenantid: 'acme' }, false],
    ['a value in the data', { data: { status: { text: 'posted' } } }, status('posted', 300), true],
    ['another value in the data', { data: { status: { text: 'posted' } } }, status('stopped', 300), false],
    ['a range', { data: { status: { code: [{ numeric: ['>=', 200, '<', 300] }] } } }, status('posted', 250), true],
    ['a range beside it', { data: { status: { code: [{ numeric: ['>=', 200] }] } } }, status('posted', 100), false],
    ['two things of which one fails', { tenantid: 'acme', data: { status: { code: 1 } } }, status('posted', 2), false],
    ['nothing', { tenantid: undefined, data: {} }, {}, true],
  ] as const)('holds or not: %s', (_name, conditions, attributes, expected) => {
    // One of them is what a caller in JavaScript may give.
    const pattern = eventPattern(changed, conditions as EventConditions<typeof changed>);
    expect(matches(pattern, onBus(changed, attributes))).toBe(expected);
  });

  it('on items of a list holds if one item meets it', () => {
    const pattern = eventPattern('community.message:posted@v1', { data: { targets: { id: ['a', 'b'] } } });
    const posted = (...ids: string[]) =>
      onBus('community.message:posted@v1', { data: { targets: ids.map((id) => ({ objectType: 'community', id })) } });
    expect(matches(pattern, posted('x', 'b'))).toBe(true);
    expect(matches(pattern, posted('x', 'y'))).toBe(false);
  });

  it.each([
    ['alone', 'o1', true],
    ['first', 'o1,o2', true],
    ['last', 'o2,o1', true],
    ['between others', 'o2,o1,o3', true],
    ['only as a part of another', 'o11,xo1', false],
    ['not at all', 'o2', false],
  ])('on an organisation that the event names %s', (_name, organizationids, expected) => {
    const pattern = eventPattern('bank.*', { organizationids: ['o1', 'unknown'] });
    expect(matches(pattern, onBus('bank.test:created@v1', { organizationids }))).toBe(expected);
  });

  it('writes an asterisk in an identifier so that it stands for itself', () => {
    const { detail } = eventPattern('bank.*', { userids: 'a*b\\c' });
    expect(detail).toEqual({
      userids: ['a*b\\c', { prefix: 'a*b\\c,' }, { suffix: ',a*b\\c' }, { wildcard: '*,a\\*b\\\\c,*' }],
    });
  });
});

describe('an event pattern is refused', () => {
  const refusal = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (error instanceof EventPatternError) return `${error.code}: ${error.message}`;
    }
    return 'accepted';
  };

  it('when no type matches, with the types that are known', () => {
    const text: string = 'bnk.*';
    expect(refusal(() => eventPattern(text))).toMatch(/^PATTERN_MATCHES_NOTHING: .*"bnk\.\*".*bank\.test:created@v1/);
  });

  it('when a condition is an empty list', () => {
    expect(refusal(() => eventPattern('bank.*', { tenantid: [] }))).toMatch(/^CONDITION_INVALID: .*tenantid/);
    expect(refusal(() => eventPattern('bank.test:*', { data: { address: { city: [] } } }))).toMatch(
      /^CONDITION_INVALID: .*data\.address\.city/,
    );
  });

  it('when it is longer than EventBridge takes', () => {
    const tenantid = Array.from({ length: 500 }, (_, index) => `tenant-${index}`);
    expect(refusal(() => eventPattern('bank.*', { tenantid }))).toMatch(/^PATTERN_TOO_LONG: .*4096/);
  });
});
