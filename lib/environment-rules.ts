import type { Environment } from './environment.ts';

/**
 * Issuers and origins become environment variables of a function, and all of them together hold 4 KB.
 * Source: Lambda developer guide, "Lambda quotas".
 */
const MAX_VARIABLE_BYTES = 3000;

const MAX_TOPICS = 5;

/**
 * What is wrong with fields that are right each by itself, but not together or not so many of them: a sentence per
 * mistake, that says where, what was found and what was expected.
 */
export const brokenRules = (environment: Environment): readonly string[] => [
  ...repeatedIssuers(environment),
  ...misplacedTopics(environment),
  ...misplacedKey(environment),
  ...misplacedWebAcl(environment),
  ...shortReservations(environment),
  ...oversizedVariables(environment),
];

/** Of two entries for one issuer, only one could count. */
function* repeatedIssuers({ name, issuers }: Environment): Iterable<string> {
  const seen = new Set<string>();
  for (const { issuer } of issuers) {
    if (seen.has(issuer)) yield `${name}.issuers: found "${issuer}" twice, expected every issuer once`;
    seen.add(issuer);
  }
}

/**
 * An alarm tells at most five topics, of its own region only. Source: CloudWatch API reference, PutMetricAlarm, which
 * answers "Invalid region … specified" to others.
 */
function* misplacedTopics({ name, region, alarmTopics }: Environment): Iterable<string> {
  if (alarmTopics.length > MAX_TOPICS) {
    yield `${name}.alarmTopics: found ${alarmTopics.length} topics, expected at most ${MAX_TOPICS}`;
  }
  for (const [index, topic] of alarmTopics.entries()) {
    const found = topic.split(':')[3];
    if (found === undefined || region === undefined || found === region) continue;
    yield `${name}.alarmTopics[${index}]: found a topic in ${found}, expected one in ${region}, where the alarms are`;
  }
}

/** Tables, queues, buses and logs take a key of their own region only. */
function* misplacedKey({ name, region, encryptionKey }: Environment): Iterable<string> {
  const found = encryptionKey?.split(':')[3];
  if (found === undefined || region === undefined || found === region) return;
  yield `${name}.encryptionKey: found a key in ${found}, expected one in ${region}, where the hub is`;
}

/** A distribution takes a web ACL of its own account only. Source: AWS WAF developer guide, "Protections". */
function* misplacedWebAcl({ name, account, webAcl }: Environment): Iterable<string> {
  const found = webAcl?.split(':')[4];
  if (found === undefined || account === undefined || found === account) return;
  yield `${name}.webAcl: found a web ACL of the account ${found}, expected one of ${account}, where the hub is`;
}

/**
 * A queue whose polls are throttled uses up the tries of its messages, so what polls it gets no fewer executions than it
 * polls with. Source: Lambda developer guide, "Configuring maximum concurrency for Amazon SQS event sources".
 */
function* shortReservations(environment: Environment): Iterable<string> {
  const { name, reservedConcurrency, storeConcurrency, fanOutConcurrency } = environment;
  const polls = [
    ['store-events', 'storeConcurrency', storeConcurrency],
    ['fan-out', 'fanOutConcurrency', fanOutConcurrency],
  ] as const;
  for (const [folder, setting, most] of polls) {
    const reserved = reservedConcurrency[folder];
    if (reserved === undefined || reserved >= most) continue;
    yield `${name}.reservedConcurrency.${folder}: found ${reserved} executions, expected at least ${most}, which is ` +
      `${name}.${setting}: messages that find no execution use up their tries`;
  }
}

function* oversizedVariables({ name, issuers, allowedOrigins }: Environment): Iterable<string> {
  const bytes = Buffer.byteLength(JSON.stringify([issuers, allowedOrigins]));
  if (bytes <= MAX_VARIABLE_BYTES) return;
  yield `${name}.issuers and ${name}.allowedOrigins: found ${bytes} bytes as JSON, expected at most ` +
    `${MAX_VARIABLE_BYTES}, because they are environment variables of a function`;
}
