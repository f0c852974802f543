import type { Lambda, LambdaFunction } from './lambda.ts';
import type { Resource } from './template.ts';

/** A route of an API and the function behind it. */
export interface Route {
  /** Such as `GET /events/{id}` or `$connect`. */
  readonly key: string;
  readonly function: LambdaFunction;
  readonly resource: Resource;
}

/**
 * The routes of an API with their functions. The only integration that the sandbox knows is a Lambda proxy.
 *
 * @throws SandboxError
 */
export function readRoutes(
  api: Resource,
  routes: readonly Resource[],
  integrations: readonly Resource[],
  lambda: Lambda,
): readonly Route[] {
  return routes
    .filter(({ properties }) => properties.text('ApiId') === api.ref)
    .map((resource) => {
      const { properties } = resource;
      const target = properties.text('Target');
      const integration =
        integrations.find(({ ref }) => target === `integrations/${ref}`) ??
        properties.refuse('Target', `found ${target}, which is no integration of the stack`);
      return { key: properties.text('RouteKey'), function: functionOf(integration, lambda), resource };
    });
}

function functionOf({ properties }: Resource, lambda: Lambda): LambdaFunction {
  const type = properties.text('IntegrationType');
  if (type !== 'AWS_PROXY') properties.refuse('IntegrationType', `found ${type}, expected AWS_PROXY`);
  const uri = properties.text('IntegrationUri');
  return (
    lambda.find(functionArn(uri)) ??
    properties.refuse('IntegrationUri', `found ${uri}, which is no function of the stack`)
  );
}

/** The function's ARN in `arn:…:apigateway:…:lambda:path/2015-03-31/functions/<arn>/invocations`, or the URI itself. */
export const functionArn = (uri: string): string => /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
