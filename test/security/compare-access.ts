/** What a function may do on some resource, and how often it did. The sandbox writes these to `access.json` at its end. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly uses: number;
}

/** Function → its permissions. */
export type AccessReport = Readonly<Record<string, readonly Permission[]>>;

/** A permission that no run uses, and why it has to be there. */
export interface Exception {
  readonly function: RegExp;
  readonly action: RegExp;
  readonly resource?: RegExp;
  /** Whether some runs use it. One that is never used is looked at again when a run does. */
  readonly sometimes?: boolean;
  readonly reason: string;
}

/** What is wrong with the permissions, one line each. */
export function compareAccess(report: AccessReport, exceptions: readonly Exception[]): readonly string[] {
  const permissions = Object.entries(report).flatMap(([name, granted]) =>
    together(granted).map((permission) => ({ name, ...permission })),
  );
  if (permissions.length === 0) return ['No function may do anything: nothing was compared'];
  const fits = (exception: Exception, { name, action, resource }: (typeof permissions)[number]): boolean =>
    exception.function.test(name) && exception.action.test(action) && (exception.resource?.test(resource) ?? true);
  const unused = permissions
    .filter((permission) => permission.uses === 0 && !exceptions.some((exception) => fits(exception, permission)))
    .map(({ name, action, resource }) => `${name} may ${action} on ${resource}, and never did`);
  const superfluous = exceptions.flatMap((exception) => {
    const found = permissions.filter((permission) => fits(exception, permission));
    const about = `The exception for ${exception.function} ${exception.action}`;
    if (found.length === 0) return [`${about} is for a permission that nobody has`];
    const isUsed = exception.sometimes !== true && found.every(({ uses }) => uses > 0);
    return isUsed ? [`${about} is for permissions that are used`] : [];
  });
  return [...unused, ...superfluous];
}

/** Several statements can give the same: it is one permission, used if one of them is. */
function together(granted: readonly Permission[]): readonly Permission[] {
  const byName = new Map<string, Permission>();
  for (const permission of granted) {
    const name = `${permission.action} ${permission.resource}`;
    byName.set(name, { ...permission, uses: permission.uses + (byName.get(name)?.uses ?? 0) });
  }
  return [...byName.values()];
}

/** What a service answers to who lacks a permission. */
const DENIED = /\bis not authorized to perform: (\S+) on resource: ([^\s,"]+)/;

/** The calls that were refused because nothing allows them, out of a log. */
export const deniedIn = (log: string): readonly string[] => [
  ...new Set(log.split('\n').flatMap((line) => DENIED.exec(line)?.slice(1, 3).join(' on ') ?? [])),
];
