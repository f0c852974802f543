import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../../lib/environments.ts';
import { createApp, resources, synthesize } from './synthesize.ts';

/** Function → executions set aside for it, of those that have some. */
const reserved = (template: Template): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.values(resources(template, 'AWS::Lambda::Function'))
      .filter(({ Properties }) => Properties.ReservedConcurrentExecutions !== undefined)
      .map(({ Properties }) => [
        Properties.FunctionName.replace(/^tidings-(dev|pre-prod|prod)-/, ''),
        Properties.ReservedConcurrentExecutions,
      ]),
  );

describe('executions', () => {
  it('are set aside in prod for what stores and delivers events, and operators get few, so that no flood of requests takes them', () => {
    expect(reserved(synthesize('prod'))).toEqual({ 'store-events': 100, 'fan-out': 100, 'operate-hub': 20 });
  });

  it('are set aside nowhere else: an account may have too few', () => {
    expect([reserved(synthesize('dev')), reserved(synthesize('pre-prod'))]).toEqual([{}, {}]);
  });

  it('are set aside for each function that an environment names', () => {
    const reservedConcurrency = { socket: 30, 'authorize-socket': 20, 'query-api': 10 };
    const { stack } = createApp('dev', undefined, undefined, { reservedConcurrency });
    expect(reserved(Template.fromStack(stack))).toEqual(reservedConcurrency);
  });

  it.each(Object.keys(ENVIRONMENTS))('are never fewer than a queue polls with: %s', (name) => {
    const template = synthesize(name);
    const functions = resources(template, 'AWS::Lambda::Function');
    const sources = Object.values(resources(template, 'AWS::Lambda::EventSourceMapping')).map(({ Properties }) => ({
      most: Properties.ScalingConfig.MaximumConcurrency,
      set: functions[Properties.FunctionName.Ref]?.Properties.ReservedConcurrentExecutions ?? Number.POSITIVE_INFINITY,
    }));
    expect(sources).toHaveLength(2);
    expect(sources.filter(({ most, set }) => most > set)).toEqual([]);
  });
});
