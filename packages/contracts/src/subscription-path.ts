/**
 * The path of a durable subscription below the URL of the HTTP API. The name is percent-encoded twice, because API
 * Gateway decodes a path before it looks for the route: encoded once, a `/` in a name would divide segments. That changes
 * nothing in a name of letters, digits and `-._~`.
 * @param rest what follows, such as `/events`
 */
export function subscriptionPath(name: string, rest = ''): string {
  // `.` and `..` are steps in a path; only encoded twice they pass a client's URL parser.
  const once = name === '.' || name === '..' ? name.replaceAll('.', '%2E') : encodeURIComponent(name);
  return `/subscriptions/${encodeURIComponent(once)}${rest}`;
}
