import type { IntakeMessage } from '../../lambdas/core/intake-message.ts';
import type { StorePorts } from '../../lambdas/core/store-messages.ts';
import type { Random } from './random.ts';

/** A message as the rule of the `bank` bus makes it. */
export function intakeMessage(id: string, detail: Readonly<Record<string, unknown>>, module = 'bank'): IntakeMessage {
  const event = { source: detail['source'], 'detail-type': detail['type'], time: '2026-03-01T12:00:00Z', detail };
  return { id: `message-${id}`, body: JSON.stringify({ module, event }), receiveCount: 1, isLastTry: false };
}

/** A valid event of the bank. */
export const bankEvent = (tenant: string, id: string): Readonly<Record<string, unknown>> => ({
  specversion: '1.0',
  id,
  source: 'com.tidings.bank',
  type: 'bank.test:created@v1',
  time: '2026-03-01T12:00:00Z',
  tenantid: tenant,
  data: { firstName: 'John', lastName: 'Doe', favoriteColor: 'Red', registrationDate: '2023-07-04T08:05:58.330Z' },
});

/** Deliveries as a standard queue may make them: each message 1 to 5 times, in any order, in groups of any size. */
export function deliveries(messages: readonly IntakeMessage[], random: Random): readonly (readonly IntakeMessage[])[] {
  const all = messages.flatMap((message) =>
    Array.from({ length: 1 + random.below(5) }, (_, i) => ({ ...message, receiveCount: i + 1 })),
  );
  const shuffled = random.shuffle(all);
  const groups: IntakeMessage[][] = [];
  while (shuffled.length > 0) groups.push(shuffled.splice(0, 1 + random.below(10)));
  return groups;
}

/** Runs the groups through some workers at once; a message that fails is delivered again until it does not. */
export async function runWorkers(
  groups: readonly (readonly IntakeMessage[])[],
  workers: number,
  store: (
    messages: readonly IntakeMessage[],
  ) => Promise<{ readonly failed: readonly { readonly message: IntakeMessage }[] }>,
): Promise<void> {
  const queue = [...groups];
  const worker = async (): Promise<void> => {
    for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
      const { failed } = await store(group);
      const again = group.filter(({ id }) => failed.some(({ message }) => message.id === id));
      if (again.length > 0) queue.push(again);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/** Ports that note what they are told. */
export function notingPorts() {
  const rings: { tenant: string; head: number; occasion: string | undefined }[] = [];
  const buried: { body: string; code: string }[] = [];
  const ports: Pick<StorePorts, 'doorbell' | 'deadLetters'> = {
    doorbell: {
      ring: async (tenant, head, occasion) => {
        rings.push({ tenant, head: head.sequence, occasion });
      },
    },
    deadLetters: {
      send: async (body, { code }) => {
        buried.push({ body, code });
      },
    },
  };
  return { rings, buried, ports };
}
