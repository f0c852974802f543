import type { EventSchema } from './event-schema.ts';

type Parts = Pick<EventSchema, 'module' | 'entity' | 'action' | 'version'>;

const words = ({ module, entity, action, version }: Parts): readonly string[] => [
  ...[module, entity, action].flatMap((part) => part.split(/[.-]/)),
  `v${version}`,
];

const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** `bank.transaction:created@v1` as a value's name: `bankTransactionCreatedV1`. */
export const valueName = (parts: Parts): string =>
  words(parts)
    .map((word, index) => (index === 0 ? word : capitalized(word)))
    .join('');

/** `bank.transaction:created@v1` as a type's name: `BankTransactionCreatedV1`. */
export const typeName = (parts: Parts): string => words(parts).map(capitalized).join('');
