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
});
