import type { EventSchema } from '../../generate/event-schema.ts';
import { Refused } from '../refused.ts';
import { askProperties } from './ask-properties.ts';
import type { Wishes } from './compose-schema.ts';
import { type EventName, type EventNamePart, namePartProblem } from './event-name.ts';
import type { NewFlags } from './new-flags.ts';
import { parseProperty } from './property-spec.ts';
import type { Questions } from './questions.ts';
import { phrase, sentence, title } from './words.ts';

/**
 * Module, entity and action, from flags or questions.
 *
 * @throws Refused with exit code 2 where one is missing and nobody can be asked, or is none
 */
export async function collectName(flags: NewFlags, questions: Questions | undefined): Promise<EventName> {
  const part = async (key: EventNamePart, message: string): Promise<string> => {
    const given = flags[key];
    const problem = (text: string): string | undefined => namePartProblem(key, text);
    if (given === undefined) {
      if (questions !== undefined) return questions.text(message, { problem });
      throw missing(key, 'which event is it?');
    }
    const wrong = problem(given);
    if (wrong !== undefined) throw new Refused(`--${key}: ${wrong}`, { exitCode: 2 });
    return given;
  };
  return {
    module: await part('module', 'Module (the folder, bus and scope of the event), such as bank'),
    entity: await part('entity', 'Entity (what it happened to), such as transaction'),
    action: await part('action', 'Action (what happened), such as created'),
  };
}

/**
 * Everything else that a schema says, from flags, questions, and what can be told from the other schemas.
 *
 * @param latest the version before, whose answers are the defaults
 * @throws Refused with exit code 2 where something is missing and nobody can be asked
 */
export async function collectWishes(
  name: EventName,
  flags: NewFlags,
  questions: Questions | undefined,
  schemas: readonly EventSchema[],
  latest: EventSchema | undefined,
): Promise<Wishes> {
  const words = phrase(name.entity, name.action);
  const text = async (given: string | undefined, message: string, byDefault: string): Promise<string> =>
    given ?? (await questions?.text(message, { byDefault })) ?? byDefault;
  const list = async (given: readonly string[] | undefined, message: string, byDefault: readonly string[] = []) =>
    given ?? split(await text(undefined, message, byDefault.join(', ')));
  return {
    source: await collectSource(name, flags, questions, schemas),
    title: await text(flags.title, 'Title', latest?.title ?? title(words)),
    description: await text(flags.description, 'What happened, in a sentence', latest?.description ?? sentence(words)),
    owner: await text(flags.owner, 'Owner (whom to ask)', latest?.owner ?? ''),
    producers: await list(flags.producer, 'Producers (services, with commas between them)', latest?.producers),
    consumers: await list(flags.consumer, 'Consumers (services, with commas between them)', latest?.consumers),
    clientBroadcast: await collectBroadcast(flags, questions, latest),
    properties: flags.property?.map(parseProperty) ?? (questions === undefined ? [] : await askProperties(questions)),
  };
}

async function collectBroadcast(
  { broadcast }: NewFlags,
  questions: Questions | undefined,
  latest: EventSchema | undefined,
): Promise<boolean> {
  const byDefault = latest?.clientBroadcast ?? false;
  const question = 'May these events reach browsers? (every user of the tenant whom the audience of an event includes)';
  return broadcast ?? (await questions?.confirm(question, byDefault)) ?? byDefault;
}

async function collectSource(
  { module }: EventName,
  { source }: NewFlags,
  questions: Questions | undefined,
  schemas: readonly EventSchema[],
): Promise<string> {
  if (source !== undefined) return source;
  const ofModule = schemas.find((schema) => schema.module === module)?.source;
  if (ofModule !== undefined) return ofModule;
  const companies = [...new Set(schemas.map((schema) => schema.source.split('.')[1] ?? ''))];
  const derived = companies.length === 1 ? `com.${companies[0]}.${module}` : undefined;
  const byDefault = derived === undefined ? {} : { byDefault: derived };
  if (questions !== undefined) return questions.text(`Source (com.<company>.${module})`, byDefault);
  if (derived !== undefined) return derived;
  throw missing('source', `com.<company>.${module}; the other schemas name ${companies.length} companies`);
}

const split = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const missing = (flag: string, what: string): Refused =>
  new Refused(`--${flag} is missing (${what}), and there is no terminal to ask in.`, { exitCode: 2 });
