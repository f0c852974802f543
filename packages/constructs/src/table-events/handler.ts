import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { busesFromEnvironment, type ModuleName } from '@tidings/client/bus';
import { createParkingQueue } from './parking-queue.ts';
import { publishChanges } from './publish-changes.ts';
import { createBus } from './put-events.ts';
import type { StreamRecord } from './stream-record.ts';
import { MAPPING_VARIABLE, PARKING_QUEUE_VARIABLE, type TableMapping } from './table-mapping.ts';

const mapping = JSON.parse(required(MAPPING_VARIABLE)) as TableMapping;
const module = mapping.entity.slice(0, mapping.entity.indexOf('.')) as ModuleName;
const busName = busesFromEnvironment()[module] ?? '';
/** A bus in another region is reached there. */
const region = /^arn:[^:]+:events:([^:]+):/.exec(busName)?.[1];
const ports = {
  ...createBus(new EventBridgeClient(region === undefined ? {} : { region }), busName, pause),
  ...createParkingQueue(new SQSClient({}), required(PARKING_QUEUE_VARIABLE)),
};

/** Publishes a batch of changes of a table. Lambda repeats it from the first change that is named as failed. */
export async function handler({ Records }: { readonly Records: readonly StreamRecord[] }) {
  const { published, parked, failed } = await publishChanges(Records, mapping, ports);
  // Where in the stream, and never what: items are their owners'.
  for (const { record, code } of parked) {
    console.warn(`A change was put aside: ${code} (${record.eventName} ${record.dynamodb.SequenceNumber})`);
  }
  if (failed === undefined) {
    console.info(`${Records.length} changes: ${published} events published, ${parked.length} changes put aside`);
    return { batchItemFailures: [] };
  }
  const itemIdentifier = failed.record.dynamodb.SequenceNumber;
  console.error(`Changes from ${itemIdentifier} on come again: ${failed.reason}`);
  return { batchItemFailures: [{ itemIdentifier }] };
}

function required(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`Expected the environment variable ${name}, found none`);
}
