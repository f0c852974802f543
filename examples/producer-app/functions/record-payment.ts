import { bankTransactionCreatedV1 } from '@tidings/client';
import { TidingsBusClient } from '@tidings/client/bus';
import { validateEvent } from '@tidings/client/validate';
import type { SQSBatchResponse, SQSHandler } from 'aws-lambda';

/** What a message of the queue says. */
interface Payment {
  /** A UUID: it is the id of the event, so that a payment that is told of twice is one event. */
  readonly id: string;
  readonly tenant: string;
  readonly license: string;
  readonly code: number;
  readonly entries: readonly string[];
}

/** Its buses are those that `TidingsProducer` has named in the environment. */
const tidings = new TidingsBusClient({ validate: validateEvent });

/** Tells the hub of each payment. What could not be told comes back with the queue, and the rest does not. */
export const handler: SQSHandler = async ({ Records }): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(Records.map(({ body }) => tell(body)));
  return {
    batchItemFailures: Records.flatMap(({ messageId }, index) => {
      const result = results[index];
      if (result?.status !== 'rejected') return [];
      console.error('A payment could not be told of', result.reason);
      return [{ itemIdentifier: messageId }];
    }),
  };
};

async function tell(body: string): Promise<void> {
  const { id, tenant, license, code, entries }: Payment = JSON.parse(body);
  await tidings.publish(
    bankTransactionCreatedV1({
      id,
      tenantid: tenant,
      subject: `transaction/${id}`,
      data: { transactionId: id, license, status: { text: 'created', code }, sourceUris: [...entries] },
    }),
  );
}
