// biome-ignore lint/style/noRestrictedImports: only types, and only of the entry point that is for the AWS SDK.
import type { EventBridgeClient, PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { failureText } from './failure-text.ts';
import type { AbortSignalLike } from './platform.ts';
import { failed } from './publish-error.ts';

export type { EventBridgeClient, PutEventsRequestEntry, PutEventsResultEntry };

/** As much of EventBridge as is used: one answer for each entry, in order. */
export type PutEvents = (
  entries: PutEventsRequestEntry[],
  signal: AbortSignalLike,
) => Promise<readonly PutEventsResultEntry[]>;

/**
 * Puts with the AWS SDK. It is an optional peer, so it is loaded when the first event is published.
 * @param region of the client that is made if none is given; the ambient one without
 */
export function putWithSdk(given: EventBridgeClient | undefined, region?: string): PutEvents {
  let loading: ReturnType<typeof loadSdk> | undefined;
  let client = given;
  return async (Entries, abortSignal) => {
    loading ??= loadSdk();
    const { EventBridgeClient, PutEventsCommand } = await loading;
    client ??= new EventBridgeClient(region === undefined ? {} : { region });
    const command = new PutEventsCommand({ Entries });
    const { Entries: results = [] } = await client.send(command, { abortSignal: abortSignal as never });
    return results;
  };
}

async function loadSdk() {
  try {
    // biome-ignore lint/style/noRestrictedImports: loaded on demand, by the entry point that is for the AWS SDK.
    return await import('@aws-sdk/client-eventbridge');
  } catch (error) {
    throw failed('AWS_SDK_MISSING', `@aws-sdk/client-eventbridge cannot be loaded: ${failureText(error)}`);
  }
}
