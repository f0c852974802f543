import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySocketSlots } from '../../lambdas/adapters/memory/socket-slots.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import { describeConnectionRegistry } from './connection-registry.contract.ts';
import { describeEventLog } from './event-log.contract.ts';
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
describeSubscriptions('memory', createMemorySubscriptions);
