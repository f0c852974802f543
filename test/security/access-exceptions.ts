import type { Exception } from './compare-access.ts';

/**
 * Permissions that are there although a run of the acceptance suite may not use them, and why. Whatever else is granted
 * has to be used, so that no function may do more than it does.
 */
export const ACCESS_EXCEPTIONS: readonly Exception[] = [
  {
    function: /./,
    action: /^logs:(CreateLogStream|PutLogEvents)$/,
    reason: 'Lambda writes the log of a function, with its role; the sandbox writes files.',
  },
  {
    function: /./,
    action: /^xray:Put(TraceSegments|TelemetryRecords)$/,
    reason: 'The X-Ray daemon of Lambda sends segments, with the role of the function; the sandbox has none.',
  },
  {
    function: /-fan-out$/,
    action: /^dynamodb:DeleteItem$/,
    resource: /Connections/,
    sometimes: true,
    reason: 'Removes a socket that is gone when a post finds it so, before its $disconnect has: a race.',
  },
  {
    function: /-fan-out$/,
    action: /^sqs:SendMessage$/,
    resource: /Doorbell/,
    sometimes: true,
    reason: 'Rings for the rest of a backlog that one round does not finish: a question of speed.',
  },
  {
    function: /-socket$/,
    action: /^execute-api:ManageConnections$/,
    resource: /\/(GET|DELETE)\/@connections\/\*$/,
    sometimes: true,
    reason: 'Looks for lost sockets and closes reckless ones where a limit is met: test/protection/limits.test.ts.',
  },
];
