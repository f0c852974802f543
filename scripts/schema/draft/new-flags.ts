import { readArguments } from '../arguments.ts';
import { Refused } from '../refused.ts';

/** What `schema:new` takes. */
export interface NewFlags {
  readonly module?: string | undefined;
  readonly entity?: string | undefined;
  readonly action?: string | undefined;
  readonly version?: string | undefined;
  readonly newVersion: boolean;
  readonly source?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly producer?: readonly string[] | undefined;
  readonly consumer?: readonly string[] | undefined;
  readonly property?: readonly string[] | undefined;
  readonly broadcast?: boolean | undefined;
  readonly schemas?: string | undefined;
  /** Whether nothing is asked, even in a terminal. */
  readonly yes: boolean;
}

export const NEW_USAGE = `Usage: npm run schema:new -- --module crm --entity customer --action created
         [--property name:type[!][:description]]…  [--new-version | --version N]
         [--source com.<company>.<module>] [--title …] [--description …] [--owner …]
         [--producer …]… [--consumer …]… [--broadcast | --no-broadcast] [--yes] [--schemas DIR]
What is not given is asked for in a terminal; --yes takes the defaults instead.`;

/** @throws Refused with exit code 2 for what is no flag, or has no value */
export function readNewFlags(args: readonly string[]): NewFlags {
  const one = { type: 'string' } as const;
  const several = { type: 'string', multiple: true } as const;
  const either = { type: 'boolean' } as const;
  const { values } = readArguments(args, {
    module: one,
    entity: one,
    action: one,
    version: one,
    'new-version': either,
    source: one,
    title: one,
    description: one,
    owner: one,
    producer: several,
    consumer: several,
    property: several,
    broadcast: either,
    'no-broadcast': either,
    schemas: one,
    yes: either,
  });
  const { broadcast, 'no-broadcast': noBroadcast, 'new-version': newVersion = false, yes = false, ...flags } = values;
  if (broadcast === true && noBroadcast === true) {
    throw new Refused('expected one of --broadcast and --no-broadcast, found both', { exitCode: 2 });
  }
  return { ...flags, newVersion, yes, broadcast: broadcast ?? (noBroadcast === true ? false : undefined) };
}
