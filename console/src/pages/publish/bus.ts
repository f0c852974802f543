import type { Publisher } from '@tidings/client';
import type { Configuration } from '../../configuration.ts';

/**
 * Publishes as a Lambda would: straight on EventBridge. Only a sandbox lets a page do that; it takes any credentials. The
 * AWS SDK is loaded for it, and for nothing else.
 */
export async function openBus({ sandbox, region }: Configuration): Promise<Publisher> {
  if (sandbox === undefined) throw new Error('Only a sandbox has buses that a page reaches');
  const [{ TidingsBusClient }, { EventBridgeClient }] = await Promise.all([
    import('@tidings/client/bus'),
    import('@aws-sdk/client-eventbridge'),
  ]);
  const client = new EventBridgeClient({
    region,
    endpoint: sandbox.awsEndpointUrl,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  });
  return new TidingsBusClient({ client, buses: sandbox.buses });
}
