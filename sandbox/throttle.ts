import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

/** A bucket of tokens. Source: API Gateway developer guide, "Throttle requests", token bucket algorithm. */
class Bucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  takes(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** The throttles of a stage: one for each route that has settings of its own, and one for all others together. */
export class Throttles {
  readonly #clock: () => number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #others: Bucket | undefined;

  constructor(stage: Resource | undefined, clock: () => number = () => performance.now()) {
    this.#clock = clock;
    if (stage === undefined) return;
    this.#others = this.#create(stage.properties.object('DefaultRouteSettings'));
    const routes = stage.properties.object('RouteSettings');
    for (const route of Object.keys(Object(stage.properties.raw('RouteSettings') ?? {}))) {
      const bucket = this.#create(routes.object(route));
      if (bucket !== undefined) this.#buckets.set(route, bucket);
    }
  }

  /** Whether one more request of this route passes. */
  lets(route: string): boolean {
    return (this.#buckets.get(route) ?? this.#others)?.takes(this.#clock()) ?? true;
  }

  #create(settings: Properties): Bucket | undefined {
    if (!settings.has('ThrottlingRateLimit')) return undefined;
    const perSecond = settings.number('ThrottlingRateLimit');
    return new Bucket(perSecond, settings.number('ThrottlingBurstLimit', perSecond), this.#clock());
  }
}
