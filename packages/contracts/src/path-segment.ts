/**
 * A text as a segment of a path below the URL of the HTTP API. It is percent-encoded twice, which changes nothing in one
 * of letters, digits and `-._~`. API Gateway decodes a path before it looks for the route: encoded once, a `/` would divide
 * segments, and a `?` would end the path. Source: captures of HTTP APIs in
 * https://github.com/middleapi/standard-server/pull/93, and AWS's own finding in
 * https://github.com/aws/aws-lambda-dotnet/pull/1901.
 */
export function pathSegment(text: string): string {
  // `.` and `..` are steps in a path; only encoded twice they pass a client's URL parser.
  const once = text === '.' || text === '..' ? text.replaceAll('.', '%2E') : encodeURIComponent(text);
  return encodeURIComponent(once);
}

/** The path of an event below the URL of the HTTP API. */
export const eventPath = (id: string): string => `/events/${pathSegment(id)}`;

/**
 * The path of a durable subscription below the URL of the HTTP API.
 * @param rest what follows, such as `/events`
 */
export const subscriptionPath = (name: string, rest = ''): string => `/subscriptions/${pathSegment(name)}${rest}`;
