import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySocketCount } from '../../lambdas/adapters/memory/socket-count.ts';
import { createMemorySocketSlots } from '../../lambdas/adapters/memory/socket-slots.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import { describeConnectionRegistry } from './connection-registry.contract.ts';
import { describeEventLog } from './event-log.contract.ts';
import { describeSocketCount } from './socket-count.contract.ts';
import { describeSocketSlots } from './socket-slots.contract.ts';
import { describeSubscriptions } from './subscriptions.contract.ts';

describeEventLog('memory', () => {
  let time = new Date();
  const log = createMemoryEventLog({ now: () => time });
  return {
    log,
    setTime: (to) => {
      time = to;
    },
  };
});

describeConnectionRegistry('memory', createMemoryConnectionRegistry);
describeSocketSlots('memory', createMemorySocketSlots);
describeSocketCount('memory', (surroundings) => {
  const registry = createMemoryConnectionRegistry();
  const count = createMemorySocketCount(registry);
  const slots = createMemorySocketSlots({ socketsPerUser: 100, socketsPerTenant: 100 }, surroundings);
  return { registry, slots, count, countOfMany: count };
});
describeSubscriptions('memory', createMemorySubscriptions);
