import { CODES, identifierProblem } from '@tidings/contracts';
import {
  type DeadLetter,
  NO_CODE,
  QUEUE_NAMES,
  type QueueName,
} from '../../../../lambdas/core/operations/dead-letter.ts';
import type { Arguments, Options } from '../arguments.ts';
import { UsageError } from '../failure.ts';
import { readQueueName } from './queue-name.ts';

/** Which dead letters a command is about. */
export const CHOICE_OPTIONS = {
  code: {
    type: 'string',
    multiple: true,
    value: 'CODE',
    summary: `only for this reason, as \`dlq list\` names it (\`${NO_CODE}\`: without one); may be given several times`,
    complete: CODES.filter((code) => /^(BODY|EVENT|JSON|INTERNAL)_/.test(code)),
  },
  tenant: {
    type: 'string',
    multiple: true,
    value: 'TENANT',
    summary: 'only of this tenant; may be given several times',
  },
} as const satisfies Options;

/** Which dead letters a command is about. */
export interface LetterChoice {
  readonly isChosen: (letter: Pick<DeadLetter, 'code' | 'tenant'>) => boolean;
  /** In words, for a question: `all of them`, or `those with …`. */
  readonly words: string;
}

/** @throws UsageError for a tenant that can be none */
export function readChoice(given: Arguments<keyof typeof CHOICE_OPTIONS>): LetterChoice {
  const codes = new Set(given.list('code'));
  const tenants = new Set(given.list('tenant'));
  for (const tenant of tenants) {
    const problem = identifierProblem(tenant);
    if (problem !== undefined) throw new UsageError(`no tenant can have that id: ${problem}`);
  }
  const kinds = [
    codes.size > 0 ? `the reason ${[...codes].join(' or ')}` : '',
    tenants.size > 0 ? `the tenant ${[...tenants].join(' or ')}` : '',
  ].filter(Boolean);
  return {
    isChosen: ({ code, tenant }) =>
      (codes.size === 0 || codes.has(code)) && (tenants.size === 0 || (tenant !== undefined && tenants.has(tenant))),
    words: kinds.length === 0 ? 'all of them' : `those with ${kinds.join(' and ')}`,
  };
}

/**
 * The queue that a command is about, its one argument.
 * @throws UsageError when there is none, or none of that name
 */
export function readQueue({ positionals }: { readonly positionals: readonly string[] }, command: string): QueueName {
  const [name] = positionals;
  if (name !== undefined) return readQueueName(name);
  throw new UsageError(`give a QUEUE, one of ${QUEUE_NAMES.join(', ')}; see \`tidings ${command} --help\``);
}
