/** What a description says of the hub that serves it. */
export interface Place {
  /** Base URL of the HTTP API, without a slash at the end. */
  readonly apiUrl: string;
  /** `wss://…/<stage>` */
  readonly socketUrl: string;
  /** The scope that reading takes in this environment; `null` where it takes none. */
  readonly readScope: string | null;
  /** Where tokens come from; absent where it could not be found out. */
  readonly tokenUrl?: string | undefined;
}

/** A description as it was generated, for no hub in particular. */
export type Description = Readonly<Record<string, unknown>>;

/** The scope for reading that descriptions are generated with. */
const GENERATED_READ_SCOPE = 'events:read';

/** openapi.json for one hub: with its URL, the scope that it asks for, and the token endpoint of its issuer. */
export function placeOpenapi(description: Description, { apiUrl, readScope, tokenUrl }: Place): Description {
  const components = member(description, 'components');
  const schemes = member(components, 'securitySchemes');
  const oauth2 = member(schemes, 'oauth2');
  const flow = member(member(oauth2, 'flows'), 'clientCredentials');
  const { [GENERATED_READ_SCOPE]: text, ...scopes } = member(flow, 'scopes');
  const clientCredentials = {
    ...flow,
    ...(tokenUrl !== undefined && { tokenUrl }),
    scopes: { ...scopes, ...(readScope !== null && { [readScope]: text }) },
  };
  return {
    ...description,
    servers: [{ url: apiUrl }],
    paths: mapValues(member(description, 'paths'), (path) => mapValues(path, (one) => withScope(one, readScope))),
    components: {
      ...components,
      securitySchemes: { ...schemes, oauth2: { ...oauth2, flows: { clientCredentials } } },
    },
  };
}

/** asyncapi.json for one hub: with the URL of its socket. */
export function placeAsyncapi(description: Description, { socketUrl }: Place): Description {
  const { socket: _socket, ...others } = member(description, 'servers');
  const { variables: _variables, ...kept } = member(member(description, 'servers'), 'socket');
  const { host, pathname, protocol } = new URL(socketUrl);
  return {
    ...description,
    servers: { socket: { ...kept, host, pathname, protocol: protocol.slice(0, -1) }, ...others },
  };
}

/** An operation that asks for the scope of the environment, or for none, where it asks for the generated one. */
function withScope(operation: unknown, readScope: string | null): unknown {
  if (!isObject(operation) || !Array.isArray(operation['security'])) return operation;
  const toScopes = (scopes: unknown): unknown =>
    Array.isArray(scopes)
      ? scopes.flatMap((scope) => (scope === GENERATED_READ_SCOPE ? (readScope ?? []) : scope))
      : scopes;
  return { ...operation, security: operation['security'].map((requirement) => mapValues(requirement, toScopes)) };
}

const mapValues = (value: unknown, change: (value: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)])) : value;

const member = (value: Description, name: string): Description => {
  const found = value[name];
  return isObject(found) ? found : {};
};

const isObject = (value: unknown): value is Description =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
