import { parseEventType, TYPE_GRAMMAR } from '../../../packages/contracts/src/event-type.ts';
import { describe } from '../../../packages/contracts/src/identifiers.ts';
import { Refused } from '../refused.ts';

/** Which event a schema is for, whatever its version. */
export interface EventName {
  readonly module: string;
  readonly entity: string;
  readonly action: string;
}

export type EventNamePart = keyof EventName;

const WORD = 'a lower-case letter, then lower-case letters, digits and hyphens';
/** What a module's name becomes: a bus `tidings-<environment>-<module>`, a scope, a folder. */
export const NAME_GRAMMAR: Readonly<Record<EventNamePart, string>> = {
  module: `the name of a module: ${WORD}, because a bus, a scope and a folder are named after it`,
  entity: `an entity such as transaction or transaction.line: ${WORD}, and at most one dot`,
  action: `an action such as created: ${WORD}`,
};

/** Why a text cannot be that part of a type, or `undefined` if it can. */
export function namePartProblem(part: EventNamePart, text: string): string | undefined {
  // Whatever the grammar of types allows, in a type whose other parts are as short as can be.
  const found = parseEventType(typeOf({ module: 'a', entity: 'a', action: 'a', [part]: text }, 1));
  if (found?.[part] === text) return undefined;
  const long = text.length > 100 ? '; a type has at most 128 characters in all' : '';
  return `expected ${NAME_GRAMMAR[part]}, found ${describe(text)}${long}`;
}

export const typeOf = ({ module, entity, action }: EventName, version: number): string =>
  `${module}.${entity}:${action}@v${version}`;

export const fileNameOf = ({ module, entity, action }: EventName, version: number): string =>
  `${module}/${entity}-${action}.v${version}.json`;

/** @throws Refused with exit code 2 where the parts are good but too long together, or the version is none */
export function assertType(name: EventName, version: number): void {
  const type = typeOf(name, version);
  if (parseEventType(type) !== undefined) return;
  throw new Refused(`expected a type of at most 128 characters, ${TYPE_GRAMMAR}, found ${describe(type)}`, {
    exitCode: 2,
  });
}
