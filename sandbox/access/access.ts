import type { IncomingMessage } from 'node:http';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { isObject } from '../http.ts';
import type { Surroundings } from '../resource-type.ts';
import { AwsError, SandboxError } from '../sandbox-error.ts';
import type { Resource } from '../template.ts';
import { type Call, callsOf, pollingCalls } from './calls.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

/** An action that a function may do on some resource, and how often it did. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  uses: number;
}

interface Caller {
  readonly role: string;
  readonly policies: readonly { readonly name: string; readonly policy: unknown }[];
  readonly permissions: readonly Permission[];
  /** What resources and values of conditions are compared with, each once. */
  readonly patterns: readonly Pattern[];
}

/**
 * What the roles of the template let its functions do. A function is known by its access key, which is its name; whoever
 * uses another key is an operator, who may do everything.
 */
export class Access {
  readonly #callers = new Map<string, Caller>();
  /** A simulation takes half a millisecond. */
  readonly #answers = new Map<string, Promise<readonly Permission[] | undefined>>();
  readonly #at: Surroundings;

  /** @throws SandboxError for a policy that the sandbox cannot read */
  constructor(
    functions: readonly Resource[],
    policies: readonly Resource[],
    roles: readonly Resource[],
    at: Surroundings,
  ) {
    this.#at = at;
    const attached = new Map(roles.map((role) => [role.ref, inlinePolicies(role)]));
    for (const { id, properties } of policies) {
      const statements = readStatements(properties.raw('PolicyDocument'), id);
      for (const role of properties.texts('Roles')) attached.get(role)?.push({ name: id, statements });
    }
    for (const each of functions) {
      const role = each.properties.text('Role').split('/').at(-1) ?? '';
      const found = attached.get(role);
      // A role from elsewhere: nobody here knows what it may do.
      if (found !== undefined) this.#callers.set(each.ref, toCaller(role, found));
    }
  }

  /**
   * Lets a request pass that its caller's role allows.
   * @throws AwsError AccessDeniedException
   */
  async check(
    { headers }: Pick<IncomingMessage, 'headers'>,
    target: string,
    action: string,
    body: Buffer,
  ): Promise<void> {
    const name = callerOf(headers.authorization);
    if (!this.#callers.has(name)) return;
    const input: unknown = JSON.parse(body.toString('utf8'));
    await this.require(name, isObject(input) ? callsOf(target, action, input, this.#at) : []);
  }

  /** Lets a request to `@connections` pass that its caller's role allows. @throws AwsError AccessDeniedException */
  async checkConnection({ headers, method }: IncomingMessage, api: string, stage: string, id: string): Promise<void> {
    const resource = `arn:aws:execute-api:${this.#at.region}:${this.#at.accountId}:${api}/${stage}/${method}/@connections/${id}`;
    await this.require(callerOf(headers.authorization), [{ action: 'execute-api:ManageConnections', resource }]);
  }

  /** @throws SandboxError if Lambda could not feed a function from a queue or a stream with the function's role */
  async checkSource(functionName: string, source: string): Promise<void> {
    await this.require(functionName, pollingCalls(source)).catch((error: unknown) => {
      throw error instanceof AwsError ? new SandboxError(error.message) : error;
    });
  }

  /**
   * Lets a function do all of these things. What is no function of the template may do everything.
   * @throws AwsError AccessDeniedException
   */
  async require(functionName: string, calls: readonly Call[]): Promise<void> {
    const caller = this.#callers.get(functionName);
    if (caller === undefined) return;
    for (const call of calls) {
      const used = await this.#ask(functionName, caller, call);
      if (used === undefined) {
        const { action, resource } = call;
        const message = `${functionName} is not authorized to perform: ${action} on resource: ${resource}, because no policy of its role allows it`;
        throw new AwsError('AccessDeniedException', message);
      }
      for (const permission of used) permission.uses += 1;
    }
  }

  /** What every function may do, and how often it did. */
  report(): Readonly<Record<string, readonly Permission[]>> {
    return Object.fromEntries(
      [...this.#callers].map(([name, { permissions }]) => [
        name,
        permissions.map(({ action, resource, uses }) => ({ action, resource, uses })),
      ]),
    );
  }

  #ask(name: string, caller: Caller, call: Call): Promise<readonly Permission[] | undefined> {
    // Texts that are like the same texts of the policies are answered alike.
    const alike = (text: string): readonly number[] =>
      caller.patterns.flatMap((isLike, index) => (isLike(text) ? [index] : []));
    const { action, resource, context = {} } = call;
    const values = Object.entries(context).map(([key, each]) => [key, [...new Set(each.map(alike).map(String))]]);
    const key = JSON.stringify([name, action, alike(resource), values]);
    const answer = this.#answers.get(key) ?? simulate(caller, call, this.#at);
    this.#answers.set(key, answer);
    return answer;
  }
}

/** @returns the permissions that allow it; `undefined` if it is not allowed */
async function simulate(
  { role, policies, permissions }: Caller,
  { action, resource, context = {} }: Call,
  { accountId }: Surroundings,
): Promise<readonly Permission[] | undefined> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:role/${role}`,
        action,
        resource: { resource, accountId },
        contextVariables: Object.fromEntries(Object.entries(context).map(([name, values]) => [name, [...values]])),
      },
      identityPolicies: [...policies],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  // An action that knows no resources is on any.
  if (answer.resultType === 'error' || (answer.resultType === 'wildcard' && resource !== '*')) {
    throw new SandboxError(`The role of ${role} cannot be judged for ${action} on ${resource}: ${answer.resultType}`);
  }
  if (answer.overallResult !== 'Allowed') return undefined;
  return permissions.filter(
    (permission) => toPattern(permission.action)(action) && toPattern(permission.resource)(resource),
  );
}

type Attached = { readonly name: string; readonly statements: readonly Statement[] };

const inlinePolicies = ({ id, properties }: Resource): Attached[] =>
  properties.objects('Policies').map((policy) => {
    const name = policy.text('PolicyName');
    return { name, statements: readStatements(policy.raw('PolicyDocument'), `${id}.${name}`) };
  });

function toCaller(role: string, attached: readonly Attached[]): Caller {
  const statements = attached.flatMap((policy) => policy.statements);
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  return {
    role,
    policies: attached.map((policy) => ({
      name: policy.name,
      policy: { Version: '2012-10-17', Statement: policy.statements },
    })),
    permissions: allowing.flatMap((statement) =>
      statement.Action.flatMap((action) => statement.Resource.map((resource) => ({ action, resource, uses: 0 }))),
    ),
    patterns: [
      ...new Set(statements.flatMap((statement) => [...statement.Resource, ...textsIn(statement.Condition)])),
    ].map(toPattern),
  };
}

/** The texts at the ends of a condition. */
function textsIn(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)];
}

function readStatements(document: unknown, where: string): readonly Statement[] {
  const { Statement: statements } = isObject(document) ? document : ({} as Readonly<Record<string, unknown>>);
  if (!Array.isArray(statements)) throw new SandboxError(`${where}: found no Statement in its PolicyDocument`);
  return statements.map((statement: unknown) => {
    const {
      Effect,
      Action,
      Resource: resources,
      Condition,
    } = isObject(statement) ? statement : ({} as Record<string, unknown>);
    if (Action === undefined || resources === undefined) {
      throw new SandboxError(`${where}: found ${JSON.stringify(statement)}, expected Action and Resource`);
    }
    return {
      Effect: String(Effect),
      Action: [Action].flat().map(String),
      Resource: [resources].flat().map(String),
      ...(Condition !== undefined && { Condition }),
    };
  });
}

/** The access key that a request is signed with. Source: IAM user guide, "Elements of an AWS API request signature". */
const callerOf = (authorization: string | undefined): string =>
  /Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '';

/** Whether a text is like a pattern. */
type Pattern = (text: string) => boolean;

/** In a pattern, `*` stands for any characters. */
function toPattern(pattern: string): Pattern {
  const [first = '', ...rest] = pattern.split('*');
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const [index, part] of rest.entries()) {
      const found = index === rest.length - 1 ? text.length - part.length : text.indexOf(part, at);
      if (found < at || !text.startsWith(part, found)) return false;
      at = found + part.length;
    }
    return at === text.length || rest.length > 0;
  };
}
