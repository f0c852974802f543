import type { Exception } from './compare-access.ts';

/** Permissions that are there although no call of the acceptance suite uses them, and why. */
export const ACCESS_EXCEPTIONS: readonly Exception[] = [
  {
    function: /./,
    action: /^logs:(CreateLogStream|PutLogEvents)$/,
    reason: 'Lambda writes the log of a function, with its role; the sandbox writes files.',
  },
  {
    function: /./,
    action: /^xray:(PutTraceSegments|PutTelemetryRecords)$/,
    reason: 'Lambda sends the trace of a function, with its role; the sandbox traces nothing.',
  },
];
