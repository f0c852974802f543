/**
 * What a target may declare that it lacks, and what the suite therefore leaves out. The sandbox lacks
 * nothing, and a deployment on AWS `aws-endpoint` only, and `console` where its environment has none; the others are gaps of emulators.
 */
export const capabilities = {
  'socket-authorizer':
    'The $connect authorizer is called, and its context reaches every later message. Without it sockets have no ' +
    'identity after the handshake: "?types=" listens, "subscribe" is refused.',
  'socket-refusal-status': 'A refused handshake is answered by 401 or 403 according to its reason.',
  'subprotocol-echo':
    'A header that $connect returns reaches the client. Without it a browser cannot offer its token, and Node sends ' +
    'the Authorization header.',
  'cors-preflight':
    'The HTTP API follows the CORS configuration of its template: it answers preflight requests, and lets pages read ' +
    'what it answers to the others.',
  'body-limit': 'The HTTP API refuses bodies of more than 10 MB before any function sees them, by 413.',
  'socket-scheme':
    'The endpoint of a WebSocket API, as CloudFormation gives it, begins with wss:// or ws://. Without it the hub ' +
    'describes itself by another URL than the one that sockets take.',
  'socket-deletion': 'The socket of a connection that DeleteConnection deletes is closed.',
  'socket-nesting': 'A message of any nesting reaches the $default route.',
  'chosen-validity':
    'The token endpoint gives tokens for the audience in "audience", and such that are not good for the seconds in ' +
    '"not_before".',
  'aws-endpoint':
    'The AWS SDK finds every service at one endpoint, before which the suite can stand to kill an operator’s command at a ' +
    'certain request. A target without "awsEndpointUrl", which is AWS, lacks it without saying so.',
  metrics:
    'What functions write in the embedded metric format can be read with GetMetricData of CloudWatch. AWS itself takes a ' +
    'minute or two for that.',
  console: 'A console is served. A target without "consoleUrl" lacks it without saying so.',
  'dead-letters': 'Message attributes of a dead letter can be read with the SQS API.',
} as const;

export type CapabilityName = keyof typeof capabilities;
