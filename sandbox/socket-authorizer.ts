import { functionArn, type Route } from './api-integrations.ts';
import { FunctionError } from './function-worker.ts';
import { isObject } from './http.ts';
import type { Lambda, LambdaFunction } from './lambda.ts';
import type { Resource } from './template.ts';

/** A decision: the context for the routes, or the status that refuses. */
export type Decision = { readonly context: Readonly<Record<string, string>> } | { readonly status: 401 | 403 | 500 };

/** A handshake, as far as identity sources look. Header names in lower case. */
export interface Handshake {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
}

/** A REQUEST authorizer of a WebSocket API. Source: API Gateway developer guide, "Lambda REQUEST authorizer functions". */
export class SocketAuthorizer {
  readonly #function: LambdaFunction;
  readonly #identitySources: readonly string[];

  /** @throws SandboxError */
  constructor({ properties }: Resource, lambda: Lambda) {
    const type = properties.text('AuthorizerType');
    if (type !== 'REQUEST') properties.refuse('AuthorizerType', `found ${type}, expected REQUEST`);
    const uri = properties.text('AuthorizerUri');
    this.#function =
      lambda.find(functionArn(uri)) ??
      properties.refuse('AuthorizerUri', `found ${uri}, which is no function of the stack`);
    this.#identitySources = properties.texts('IdentitySource');
    const unknown = this.#identitySources.find((source) => !/^route\.request\.(header|querystring)\..+/.test(source));
    if (unknown !== undefined)
      properties.refuse(
        'IdentitySource',
        `found ${unknown}, expected route.request.header.<name> or route.request.querystring.<name>`,
      );
  }

  /**
   * @param event what the function gets
   * @param methodArn what its policy must allow
   */
  async decide(event: object, methodArn: string, handshake: Handshake): Promise<Decision> {
    // Every source must be there: the function is not even asked otherwise.
    if (!this.#identitySources.every((source) => isPresent(source, handshake))) return { status: 401 };
    try {
      return toDecision(await this.#function.invoke(event), methodArn);
    } catch (error) {
      // This message, exactly, is how a function refuses a caller that it does not know.
      return { status: error instanceof FunctionError && error.message === 'Unauthorized' ? 401 : 500 };
    }
  }
}

/** The authorizer of `$connect`: no other route can have one. @throws SandboxError */
export function readAuthorizer(
  routes: readonly Route[],
  authorizers: readonly Resource[],
  lambda: Lambda,
): SocketAuthorizer | undefined {
  let found: SocketAuthorizer | undefined;
  for (const { key, resource } of routes) {
    const { properties } = resource;
    const type = properties.text('AuthorizationType', 'NONE');
    if (type === 'NONE') continue;
    if (type !== 'CUSTOM' || key !== '$connect')
      properties.refuse('AuthorizationType', `found ${type} for ${key}, expected NONE, or CUSTOM for $connect`);
    const id = properties.text('AuthorizerId');
    const authorizer =
      authorizers.find(({ ref }) => ref === id) ??
      properties.refuse('AuthorizerId', `found ${id}, which is no authorizer of the stack`);
    found = new SocketAuthorizer(authorizer, lambda);
  }
  return found;
}

function isPresent(source: string, { headers, query }: Handshake): boolean {
  const [, , kind = '', ...name] = source.split('.');
  const value = kind === 'header' ? headers[name.join('.').toLowerCase()] : query.get(name.join('.'));
  return value !== undefined && value !== null && value !== '';
}

function toDecision(answer: unknown, methodArn: string): Decision {
  if (!isObject(answer) || typeof answer['principalId'] !== 'string' || !isObject(answer['policyDocument']))
    return { status: 500 };
  const context = isObject(answer['context']) ? answer['context'] : {};
  if (Object.values(context).some((value) => !['string', 'number', 'boolean'].includes(typeof value)))
    return { status: 500 };
  if (!allows(answer['policyDocument']['Statement'], methodArn)) return { status: 403 };
  const texts = Object.entries(context).map(([name, value]) => [name, String(value)]);
  return { context: { ...Object.fromEntries(texts), principalId: answer['principalId'] } };
}

/** Whether a policy lets the caller in: some statement allows it and none denies it. */
function allows(statement: unknown, methodArn: string): boolean {
  const statements = asList(statement).filter(isObject);
  const applying = statements.filter(
    ({ Action, Resource }) =>
      asList(Action).some((action) => matches(String(action).toLowerCase(), 'execute-api:invoke')) &&
      asList(Resource).some((resource) => matches(String(resource), methodArn)),
  );
  return applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny');
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** IAM's wildcards: `*` is any run of characters, `?` is any one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
