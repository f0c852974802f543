import { type ClientCredentials, type NewEvent, requireAccepted, TidingsApiClient } from '@tidings/client';

/** A process of its own that publishes what it is given in its environment. */
const { apiUrl, credentials, events } = JSON.parse(process.env['PUBLISH'] ?? '{}') as {
  readonly apiUrl: string;
  readonly credentials: ClientCredentials;
  readonly events: readonly NewEvent[];
};
const { accepted } = requireAccepted(await new TidingsApiClient({ apiUrl, credentials }).publish(events));
console.log(`${accepted.length} accepted`);
