import type { EventSchema } from './event-schema.ts';

type Parts = Pick<EventSchema, 'module' | 'entity' | 'action' | 'version'>;

const words = ({ module, entity, action, version }: Parts): readonly string[] => [
  ...[module, entity, action].flatMap((part) => part.split(/[.-]+/)).filter((word) => word !== ''),
  `v${version}`,
];

const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const camel = (parts: readonly string[]): string =>
  parts.map((word, index) => (index === 0 ? word : capitalized(word))).join('');

/** `bank.transaction:created@v1` as a value's name: `bankTransactionCreatedV1`. */
export const valueName = (parts: Parts): string => camel(words(parts));

/** `bank.transaction:created@v1` as a type's name: `BankTransactionCreatedV1`. */
export const typeName = (parts: Parts): string => words(parts).map(capitalized).join('');

/** `customer-relations` as a value's name: `customerRelations`. */
export const moduleValueName = (module: string): string => camel(module.split('-').filter((word) => word !== ''));

/**
 * The definition `postal-address` in the schema of `bank.transaction:created@v1` as a type's name:
 * `BankTransactionCreatedV1PostalAddress`.
 */
export const definitionName = (parts: Parts, definition: string): string => {
  const name = definition
    .split(/[^A-Za-z0-9]+/)
    .map(capitalized)
    .join('');
  return `${typeName(parts)}${name === '' ? 'Definition' : name}`;
};
