import { CfnStage, type IStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IDependable } from 'constructs';

/** How much API Gateway lets through before it answers 429. It fills a bucket of `burst` by `perSecond`. */
export interface Throttle {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Gives a route a throttle of its own, so that others do not use up what is for it, and it does not what is for them.
 * @param key such as `GET /openapi.json` or `$connect`
 */
export function throttleRoute(stage: IStage, key: string, route: IDependable, { perSecond, burst }: Throttle): void {
  const resource = stage.node.defaultChild;
  if (!(resource instanceof CfnStage)) throw new TypeError(`Expected ${stage.node.path} to be made here`);
  // A dot would be a step down in the path of the override.
  resource.addPropertyOverride(`RouteSettings.${key.replaceAll('.', '\\.')}`, {
    ThrottlingRateLimit: perSecond,
    ThrottlingBurstLimit: burst,
  });
  // A stage cannot name a route that is not there yet.
  stage.node.addDependency(route);
}
