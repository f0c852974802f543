import { describe } from './identifiers.ts';
import { LIMITS } from './limits.ts';

/** The parts of an event type such as `bank.transaction:created@v1`. */
export interface EventType {
  /** `bank`: names the bus and the scope. */
  readonly module: string;
  /** `transaction`, or `transaction.line` where there is a part below. */
  readonly entity: string;
  /** `created` */
  readonly action: string;
  /** `1` */
  readonly version: number;
}

const WORD = '[a-z][a-z0-9-]*';
const GRAMMAR = new RegExp(
  `^(?<module>${WORD})\\.(?<entity>${WORD}(?:\\.${WORD})?):(?<action>${WORD})@v(?<version>[1-9][0-9]{0,5})$`,
);

/** What the grammar asks for, in words. */
export const TYPE_GRAMMAR =
  '<module>.<entity>[.<sub>]:<action>@v<N> in lower case, such as bank.transaction:created@v1';

/** The parts of a type, or `undefined` where it breaks the grammar. */
export function parseEventType(type: string): EventType | undefined {
  if (type.length > LIMITS.typeCharacters) return undefined;
  const parts = GRAMMAR.exec(type)?.groups;
  if (parts === undefined) return undefined;
  const { module = '', entity = '', action = '', version = '' } = parts;
  return { module, entity, action, version: Number(version) };
}

/** Why a value is no event type, or `undefined` if it is one. */
export function eventTypeProblem(value: unknown): string | undefined {
  if (typeof value === 'string' && value.length <= LIMITS.typeCharacters && GRAMMAR.test(value)) return undefined;
  return `expected ${TYPE_GRAMMAR}, found ${describe(value)}`;
}
