import { parseEventType } from '../../../packages/contracts/src/event-type.ts';
import { describe } from '../../../packages/contracts/src/identifiers.ts';
import { isObject, member } from '../../generate/json-value.ts';
import { sortedBy, sortedJson } from '../evolution/canonical-json.ts';
import { digestOf, type PublishedType } from './published-type.ts';

/** The name of the lock, in the folder of the schemas. */
export const LOCK_NAME = 'schemas.lock';

/** The published types by name, such as `bank.transaction:created@v1`. */
export type Lock = ReadonlyMap<string, PublishedType>;

export type LockProblem = 'LOCK_MERGE_CONFLICT' | 'LOCK_NOT_JSON' | 'LOCK_INVALID' | 'LOCK_EDITED' | 'LOCK_UNREADABLE';

/** A lock that does not say for certain what was published. Nothing may be compared with it, or written over it. */
export class LockRefused extends Error {
  override readonly name = 'LockRefused';
  readonly code: LockProblem;

  constructor(code: LockProblem, found: string) {
    super(
      `error ${LOCK_NAME} ${code}: ${found}\n  Take the file as the main branch has it (git checkout <main branch> -- ` +
        'schemas/schemas.lock), then run npm run schema:publish: it adds what is new here.',
    );
    this.code = code;
  }
}

const NOTICE = 'The published event types. Written by npm run schema:publish and committed; never edited by hand.';
const LOCK_VERSION = 1;

/** The lock as text: sorted, so that two branches that publish different types can be merged. */
export function formatLock(lock: Lock): string {
  const types = sortedBy([...lock], ([type]) => type).map(([type, published]) => {
    const { source, clientBroadcast, schema } = published;
    return [type, { digest: digestOf(published), source, clientBroadcast, schema: sortedJson(schema) }];
  });
  const document = { $comment: NOTICE, lockVersion: LOCK_VERSION, types: Object.fromEntries(types) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * Reads what {@link formatLock} wrote.
 *
 * @throws LockRefused for anything else
 */
export function parseLock(text: string): Lock {
  // Git may check files out with the line ends of the system.
  const lines = text.replaceAll('\r\n', '\n');
  const conflict = lines.split('\n').findIndex((line) => /^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line));
  if (conflict >= 0) {
    throw new LockRefused(
      'LOCK_MERGE_CONFLICT',
      `expected JSON, found the markers of a merge conflict (first in line ${conflict + 1})`,
    );
  }
  const lock = new Map(entriesOf(lines));
  if (formatLock(lock) !== lines) {
    throw new LockRefused(
      'LOCK_EDITED',
      'expected the text that schema:publish writes, found another order, other spaces, or keys that it does not write',
    );
  }
  return lock;
}

function entriesOf(text: string): [string, PublishedType][] {
  const document = parse(text);
  const version = member(document, 'lockVersion');
  if (version !== LOCK_VERSION) {
    throw new LockRefused('LOCK_INVALID', `expected "lockVersion": ${LOCK_VERSION}, found ${describe(version)}`);
  }
  const types = member(document, 'types');
  if (!isObject(types)) throw new LockRefused('LOCK_INVALID', `expected "types": {…}, found ${describe(types)}`);
  return Object.entries(types).map(([type, entry]) => [type, publishedType(type, entry)]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new LockRefused('LOCK_NOT_JSON', `expected JSON: ${cause.message}`);
  }
}

function publishedType(type: string, entry: unknown): PublishedType {
  const refuse = (expected: string, found: unknown): never => {
    throw new LockRefused('LOCK_INVALID', `${describe(type)}: expected ${expected}, found ${describe(found)}`);
  };
  if (parseEventType(type) === undefined) return refuse('an event type as key', type);
  const source = member(entry, 'source');
  if (typeof source !== 'string') return refuse('"source" to be a string', source);
  const clientBroadcast = member(entry, 'clientBroadcast');
  if (typeof clientBroadcast !== 'boolean') return refuse('"clientBroadcast" to be true or false', clientBroadcast);
  const schema = member(entry, 'schema');
  if (!isObject(schema) && typeof schema !== 'boolean') return refuse('"schema" to be a schema', schema);
  const published = { source, clientBroadcast, schema };
  const digest = member(entry, 'digest');
  if (digest !== digestOf(published)) {
    throw new LockRefused(
      'LOCK_EDITED',
      `${describe(type)}: expected what its digest stands for, found something else`,
    );
  }
  return published;
}
