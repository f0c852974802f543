import { afterAll, beforeAll, describe } from 'vitest';
import { createDynamoDbConnectionRegistry } from '../../lambdas/adapters/dynamodb/connection-registry.ts';
import { createDynamoDbEventLog } from '../../lambdas/adapters/dynamodb/event-log.ts';
import { createDynamoDbSocketCount } from '../../lambdas/adapters/dynamodb/socket-count.ts';
import { createDynamoDbSocketSlots } from '../../lambdas/adapters/dynamodb/socket-slots.ts';
import { createDynamoDbSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import { describeConnectionRegistry } from './connection-registry.contract.ts';
import { ENGINES, type Engine } from './engines.ts';
import { describeEventLog } from './event-log.contract.ts';
import { describeSocketCount } from './socket-count.contract.ts';
import { describeSocketSlots } from './socket-slots.contract.ts';
import { describeSubscriptions } from './subscriptions.contract.ts';

describe.each(Object.entries(ENGINES))('%s', (name, { missing, start }) => {
  describe.skipIf(missing !== undefined)(missing ?? 'running', () => {
    let engine: Engine;
    let tableName = '';
    beforeAll(async () => {
      engine = await start();
      tableName = await engine.createTable('contract');
    });
    afterAll(() => engine?.stop());

    describeEventLog(name, () => {
      let time = new Date();
      const surroundings = { ...systemSurroundings, now: () => time };
      return {
        log: createDynamoDbEventLog({ client: engine.client, tableName, surroundings, generation: 1 }),
        setTime: (to) => {
          time = to;
        },
      };
    });

    describeConnectionRegistry(name, () =>
      createDynamoDbConnectionRegistry({ client: engine.client, tableName, surroundings: systemSurroundings }),
    );

    describeSocketSlots(name, (limits, surroundings) =>
      createDynamoDbSocketSlots({ client: engine.client, tableName, surroundings, limits }),
    );

    describeSocketCount(name, (surroundings) => {
      const options = { client: engine.client, tableName, surroundings };
      const limits = { socketsPerUser: 100, socketsPerTenant: 100 };
      return {
        registry: createDynamoDbConnectionRegistry(options),
        slots: createDynamoDbSocketSlots({ ...options, limits }),
        count: createDynamoDbSocketCount(options),
        countOfMany: createDynamoDbSocketCount({ ...options, countedOneByOne: 2 }),
      };
    });

    describeSubscriptions(name, () => createDynamoDbSubscriptions(engine.client, tableName));
  });
});
