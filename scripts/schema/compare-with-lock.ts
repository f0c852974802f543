import { parseEventType } from '../../packages/contracts/src/event-type.ts';
import type { EventSchema } from '../generate/event-schema.ts';
import { sameJson } from './evolution/canonical-json.ts';
import { SchemaExpandsTooFar } from './evolution/canonical-schema.ts';
import { CHANGES } from './evolution/change.ts';
import { type Refusal, refusalsOf } from './evolution/refusal.ts';
import type { Lock } from './lock/lock-text.ts';
import { type PublishedType, promiseOf } from './lock/published-type.ts';

/** How the schemas stand to what was published. */
export interface Comparison {
  /** Never published: they may still become anything. */
  readonly drafts: readonly EventSchema[];
  /** Published, and grown since by what harms nobody. */
  readonly grown: readonly EventSchema[];
  readonly refusals: readonly Refusal[];
  /** Lines of what is wrong with drafts. */
  readonly problems: readonly string[];
  /** What a publication of all of them would promise, by type. Types with a refusal are not in it. */
  readonly promises: ReadonlyMap<string, PublishedType>;
}

/**
 * Compares schemas with the lock.
 *
 * @param schemas those without an error
 * @param files names of all schema files, those with an error included, so that none of these counts as removed
 */
export function compareWithLock(schemas: readonly EventSchema[], files: ReadonlySet<string>, lock: Lock): Comparison {
  const drafts: EventSchema[] = [];
  const grown: EventSchema[] = [];
  const refusals: Refusal[] = [];
  const problems: string[] = [];
  const promises = new Map<string, PublishedType>();
  for (const schema of schemas) {
    const published = lock.get(schema.type);
    const promise = promised(schema, problems);
    if (promise === undefined) continue;
    const refused =
      published === undefined ? [] : refusalsOf(published, schema, promise, adviceFor(schema, schemas, lock));
    refusals.push(...refused);
    if (refused.length > 0) continue;
    promises.set(schema.type, promise);
    if (published === undefined) drafts.push(schema);
    else if (!sameJson(published, promise)) grown.push(schema);
  }
  refusals.push(...removedVersions(files, lock));
  problems.push(...drafts.flatMap((draft) => versionProblem(draft, schemas, lock)));
  return { drafts, grown, refusals, problems, promises };
}

function promised(schema: EventSchema, problems: string[]): PublishedType | undefined {
  try {
    return promiseOf(schema);
  } catch (cause) {
    if (!(cause instanceof SchemaExpandsTooFar)) throw cause;
    problems.push(`error ${schema.file} ${cause.code}: ${cause.message}`);
    return undefined;
  }
}

type Identity = Pick<EventSchema, 'module' | 'entity' | 'action'>;

const isSameEvent = (one: Identity, other: Identity): boolean =>
  one.module === other.module && one.entity === other.entity && one.action === other.action;

const fileOf = ({ module, entity, action }: Identity, version: number): string =>
  `${module}/${entity}-${action}.v${version}.json`;

function adviceFor(schema: EventSchema, schemas: readonly EventSchema[], lock: Lock): string {
  const latest = schemas
    .filter((other) => isSameEvent(other, schema))
    .reduce((a, b) => (b.version > a.version ? b : a));
  if (!lock.has(latest.type)) return `make the change in ${latest.file}, which is not published yet, and undo it here`;
  const { module, entity, action } = schema;
  const command = `npm run schema:new -- --module ${module} --entity ${entity} --action ${action} --new-version`;
  return `undo it here and add ${fileOf(schema, latest.version + 1)}: ${command}`;
}

function removedVersions(files: ReadonlySet<string>, lock: Lock): Refusal[] {
  return [...lock.keys()].flatMap((type) => {
    const parts = parseEventType(type);
    const file = parts === undefined ? type : fileOf(parts, parts.version);
    if (files.has(file)) return [];
    const { what, harmed } = CHANGES.VERSION_REMOVED;
    return {
      code: 'VERSION_REMOVED' as const,
      file,
      pointer: '',
      before: type,
      now: undefined,
      message: `${what}: was ${JSON.stringify(type)}, is nothing; breaks ${harmed}`,
      advice: `restore it (git checkout <main branch> -- schemas/${file}); "deprecated": true tells people to stop using it`,
    };
  });
}

/** Versions are counted: a draft stands right behind the one before it, and no published one stands behind a draft. */
function versionProblem(draft: EventSchema, schemas: readonly EventSchema[], lock: Lock): string[] {
  const versions = schemas.filter((other) => isSameEvent(other, draft));
  const before = versions.filter(({ version }) => version < draft.version);
  const published = versions.find(({ version, type }) => version > draft.version && lock.has(type));
  if (published !== undefined) {
    return [
      `error ${draft.file} VERSION_BEHIND: expected v${draft.version} to be published, as ${JSON.stringify(published.type)} ` +
        'is; either its entry was taken out of schemas.lock, or this version should get the next number',
    ];
  }
  if (before.length === 0 || before.some(({ version }) => version === draft.version - 1)) return [];
  const latest = Math.max(...before.map(({ version }) => version));
  return [
    `error ${draft.file} VERSION_GAP: expected v${latest + 1} to follow v${latest}, found v${draft.version}; rename it`,
  ];
}
