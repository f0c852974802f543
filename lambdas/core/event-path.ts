import { parseSubscriptionName, type SubscriptionName } from '@tidings/contracts';

/**
 * The path of an event below the URL of the HTTP API. The id is percent-encoded twice, which changes nothing in an id
 * of letters, digits and `-._~`. API Gateway decodes a path before it looks for the route: encoded once, a `/` in an id
 * would divide segments, and a `?` would end the path. Source: captures of HTTP APIs in
 * https://github.com/middleapi/standard-server/pull/93, and AWS's own finding in
 * https://github.com/aws/aws-lambda-dotnet/pull/1901.
 */
export function pathOfEvent(id: string): string {
  // `.` and `..` are steps in a path; only encoded twice they pass a client's URL parser.
  const once = id === '.' || id === '..' ? id.replaceAll('.', '%2E') : encodeURIComponent(id);
  return `/events/${encodeURIComponent(once)}`;
}

/**
 * The id in a path whose parameter API Gateway has decoded once. An id that was encoded once only is understood as
 * well, unless a `%` in it happens to make sense.
 */
export function idOfPathParameter(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}

/**
 * The name of a subscription in a path, which is encoded like the id of an event.
 * @throws TidingsError SUBSCRIPTION_INVALID
 */
export const nameOfPathParameter = (parameter: string | undefined): SubscriptionName =>
  parseSubscriptionName(parameter === undefined ? undefined : idOfPathParameter(parameter), '/name');
