import { createHash } from 'node:crypto';
import type { Random } from '../../acceptance/random.ts';
import type { Knowledge } from './victim.ts';

const LOOK_ALIKES: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', i: 'і', c: 'с', '-': '‐', '1': '１' };
const lookAlike = (text: string): string => [...text].map((character) => LOOK_ALIKES[character] ?? character).join('');
const wide = (text: string): string =>
  text.replaceAll(/[!-~]/g, (one) => String.fromCodePoint(one.charCodeAt(0) + 0xfee0));
const hash = (text: string): string => `%h${createHash('sha256').update(text).digest('base64url')}`;

/** Ways to make a name mean another's: keys of the tables, separators, escapes, patterns, look-alikes, foreign syntax. */
const DISTORTIONS: readonly ((text: string, tenant: string) => string)[] = [
  (text, tenant) => `${tenant}#${text}`,
  (text, tenant) => `E#${tenant}#${text}`,
  (text, tenant) => `T#${tenant}#E#${text}`,
  (text, tenant) => `S#${tenant}#${text}`,
  (_, tenant) => `C#${tenant}`,
  (_, tenant) => `L#${tenant}`,
  (text, tenant) => `${tenant}/${text}`,
  (text, tenant) => `${tenant}%23${text}`,
  (text, tenant) => `../../${tenant}/events/${text}`,
  (text, tenant) => `x#E#${tenant}#${text}`,
  (text) => `#${text}`,
  (text) => `${text}#`,
  (text) => `${text}%00`,
  (text) => `${text}\u0000`,
  (text) => `${text}\u200b`,
  (text) => `\u202e${text}`,
  (text) => `${text} `,
  (text) => `${text}\n`,
  (text) => `${text},`,
  (text) => `x,${text}`,
  (text) => text.slice(0, -1),
  (text) => `${text.slice(0, -1)}*`,
  (text) => `${text}*`,
  () => '*',
  () => '%',
  () => '..',
  (text) => text.toUpperCase(),
  lookAlike,
  wide,
  (text) => text.replaceAll('#', '%23').replaceAll('/', '%2F'),
  hash,
  (text, tenant) => hash(`${tenant}#${text}`),
  (text) => `${text}' OR '1'='1`,
  (text) => `${text}" OR contains(PK, "${text}")`,
  (text) => JSON.stringify({ S: text }),
  (text) => `[${JSON.stringify(text)}]`,
  (text) => `:${text}`,
  () => '__proto__',
  (text) => text.padEnd(256, '#'),
  (text) => text.padEnd(1100, 'x'),
  (text) => Buffer.from(text).toString('base64url'),
];

/** Something that the attacker knows, as it is or made into something else. */
export function craftText(random: Random, known: readonly string[], { tenant }: Knowledge): string {
  const text = random.pick(known);
  return random.chance(0.3) ? text : random.pick(DISTORTIONS)(text, tenant);
}

/** Names that a tenant of the attacker's own could have, to be taken for the victim. They are identifiers. */
export function neighbours({ tenant, ids, subscriptions }: Knowledge): readonly string[] {
  return [
    `${tenant}#`,
    `${tenant}#${ids[0]}`,
    `E#${tenant}`,
    `S#${tenant}`,
    `${tenant}#${subscriptions[0]}`,
    `${tenant}%23`,
    `${tenant}/`,
    `${tenant}*`,
    '*',
    tenant.slice(0, -1),
    `${tenant}x`,
    tenant.toUpperCase(),
    lookAlike(tenant),
    wide(tenant),
    `${tenant}\u200b`,
    hash(tenant),
    `%h${tenant}`,
    `../${tenant}`,
  ];
}

/** How an attacker may write a text as a segment of a path. */
export function asSegment(random: Random, text: string): string {
  const once = encodeURIComponent(text.toWellFormed());
  const everyByte = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return random.pick([
    once,
    encodeURIComponent(once),
    encodeURIComponent(encodeURIComponent(once)),
    everyByte,
    everyByte.replaceAll('%', '%25'),
    // Only what cannot stand in a request line at all.
    text.toWellFormed().replaceAll(/[^!-~]|[#?]/gu, (one) => encodeURIComponent(one)),
  ]);
}
