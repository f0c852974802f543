import { describe, expect, it } from 'vitest';
import { MEMORY } from '../bench/cost/bill.ts';
import { resources, synthesize } from './synthesize.ts';

describe('the cost report', () => {
  it('knows the memory and the processor of the functions that each event goes through', () => {
    const functions = Object.values(resources(synthesize(), 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties,
    );
    for (const [name, memory] of Object.entries(MEMORY)) {
      const deployed = functions.find(({ FunctionName }) => FunctionName === `tidings-dev-${name}`);
      expect(deployed).toMatchObject({ MemorySize: memory, Architectures: ['arm64'] });
    }
  });

  it('has the recovery to any second that the tables pay for, and no other extra of theirs', () => {
    const tables = Object.values(resources(synthesize(), 'AWS::DynamoDB::Table')).map(({ Properties }) => Properties);
    for (const table of tables) {
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      for (const extra of ['StreamSpecification', 'GlobalSecondaryIndexes', 'TableClass']) {
        expect(table).not.toHaveProperty(extra);
      }
    }
    expect(tables).toHaveLength(2);
  });
});
