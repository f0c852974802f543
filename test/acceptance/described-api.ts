import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { type Answer, request } from './hub.ts';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}

interface Response {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

interface Document extends Json {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly headers: Readonly<Record<string, { readonly schema: Json }>>;
  };
}

/** The HTTP API as the hub under test describes it, to compare it with what it answers. */
export class DescribedApi {
  /** What has been compared, as `GET /events 200`. */
  readonly compared = new Set<string>();
  readonly document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats: { decimal: true } });

  constructor(document: Document) {
    this.document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(closed(document), 'openapi');
  }

  /** From the hub itself. */
  static async read(): Promise<DescribedApi> {
    const answer = await request('GET', '/openapi.json');
    if (answer.status !== 200) throw new Error(`GET /openapi.json answered ${answer.status} ${answer.text}`);
    return new DescribedApi(JSON.parse(answer.text) as Document);
  }

  /** Every operation, by method and path. */
  get operations(): ReadonlyMap<string, Operation> {
    const entries = Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    );
    return new Map(entries);
  }

  /** The scopes of which one is enough. */
  scopesOf(route: string): readonly string[] {
    return this.#operation(route).security.flatMap(({ oauth2 }) => oauth2 ?? []);
  }

  /** Names of the parameters in the query. */
  queryOf(route: string): readonly string[] {
    const { parameters = [] } = this.#operation(route);
    return parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  }

  /** What the body of a request breaks of its schema; `undefined` if nothing. */
  requestProblem(route: string, contentType: string, body: unknown): unknown {
    const schema = this.#operation(route).requestBody?.content[contentType]?.schema;
    if (schema === undefined) return `${route} takes no ${contentType}`;
    const validate = this.#compile(schema, false);
    return validate(body) ? undefined : validate.errors;
  }

  /** Makes sure that an answer is one that is described: its status, its media type, its headers and its body. */
  expectDescribed(route: string, answer: Answer): void {
    const about = `${route} answered ${answer.status} ${answer.text.slice(0, 1500)}`;
    const response = this.#response(route, answer.status, about);
    for (const [name, { $ref }] of Object.entries(response.headers ?? {})) {
      const value = answer.headers.get(name);
      if (value !== null) this.#expectValid(this.#header($ref), value, `${about}: the header ${name}`, false);
    }
    const contents = Object.entries(response.content ?? {});
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const schema = contents.find(([mediaType]) => mediaType === type)?.[1].schema;
    if (contents.length === 0) expect(answer.text, about).toBe('');
    else {
      expect(
        contents.map(([mediaType]) => mediaType),
        about,
      ).toContain(type);
      this.#expectValid(schema ?? {}, JSON.parse(answer.text), about, true);
    }
    this.compared.add(`${route} ${answer.status}`);
  }

  #operation(route: string): Operation {
    const operation = this.operations.get(route);
    if (operation === undefined) throw new Error(`${route} is not described`);
    return operation;
  }

  #response(route: string, status: number, about: string): Response {
    const { responses } = this.#operation(route);
    expect(Object.keys(responses), about).toContain(String(status));
    const response = responses[String(status)];
    if (response === undefined || !('$ref' in response)) return response ?? {};
    return this.document.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {};
  }

  #header(reference: string): Json {
    return this.document.components.headers[reference.split('/').at(-1) ?? '']?.schema ?? {};
  }

  #expectValid(schema: Json, value: unknown, about: string, isClosed: boolean): void {
    const validate = this.#compile(schema, isClosed);
    const breaks = validate(value) ? '' : this.#ajv.errorsText(validate.errors);
    expect(breaks, `${about}: ${breaks}`).toBe('');
  }

  #compile(schema: Json, isClosed: boolean): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
    return this.#ajv.compile({ ...(JSON.parse(text) as Json), ...(isClosed && { unevaluatedProperties: false }) });
  }
}

/**
 * The document with every object closed that is not a part of others: a description lets members be added later, but
 * what a hub answers today is to be described today.
 */
function closed(document: Document): Json {
  const { schemas } = document.components;
  const parts = new Set(
    JSON.stringify(document)
      .match(/"allOf":\[\{"\$ref":"[^"]+"/g)
      ?.map((text) => text.split('"').at(-2)),
  );
  const entries = Object.entries(schemas).map(([name, schema]) => {
    const isOpen = schema['properties'] !== undefined && schema['allOf'] === undefined;
    const isPart = parts.has(`#/components/schemas/${name}`) || /V\d+(?:Data)?$/.test(name);
    return [name, isOpen && !isPart ? { additionalProperties: false, ...schema } : schema];
  });
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(entries) } };
}
