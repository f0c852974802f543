import { type Restriction, restrictionsOf } from '../catalogue/restrictions.ts';
import type { JsonObject } from '../json-value.ts';
import type { Documentation } from './model.ts';
import { xmlCode, xmlText } from './source-text.ts';

/** What a schema says to people, and of its rules those that no type can hold. */
export function documentationOf(schema: JsonObject): Documentation {
  const { title, description, deprecated } = schema;
  const about = [description, title].find((text) => typeof text === 'string' && text.trim() !== '');
  return {
    summary: typeof about === 'string' ? about : '',
    remarks: sentence(restrictionsOf(schema).filter(({ label }) => !IN_THE_TYPE.has(label))),
    deprecated: deprecated === true,
  };
}

/** An enum lists its values itself. */
const IN_THE_TYPE: ReadonlySet<string> = new Set(['one of', 'read only']);

function sentence(restrictions: readonly Restriction[]): string {
  const text = restrictions
    .map(({ label, values }) =>
      [xmlText(label), values.map(xmlCode).join(', ')].filter((part) => part !== '').join(' '),
    )
    .join('; ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
