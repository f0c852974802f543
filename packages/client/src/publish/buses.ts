import { MODULES } from '@tidings/contracts/gen/constants.ts';
import { platform } from './platform.ts';
import { failed } from './publish-error.ts';

export type ModuleName = keyof typeof MODULES;

/**
 * Which bus takes the events of a module: by a function, by its name, or as an environment names its buses. In place of a
 * name there may be an ARN, which it takes for the bus of another account.
 */
export type Buses =
  | ((module: ModuleName) => string)
  | Readonly<Partial<Record<ModuleName, string>>>
  | {
      /** `dev` stands for the buses `tidings-dev-<module>`. */
      readonly environment: string;
    };

/**
 * The name of a module's bus.
 * @throws PublishError BUS_UNKNOWN
 */
export type BusNames = (module: string) => string;

/** @throws PublishError OPTIONS_INVALID */
export function readBuses(buses: Buses): BusNames {
  if (typeof buses === 'function') return (module) => named(module, buses(module as ModuleName));
  if (typeof buses !== 'object' || buses === null) {
    throw failed('OPTIONS_INVALID', `Expected buses to be an object or a function, found ${String(buses)}`);
  }
  const names = buses as Readonly<Record<string, unknown>>;
  const { environment } = names;
  if (environment === undefined || Object.hasOwn(MODULES, 'environment')) {
    return (module) => named(module, Object.hasOwn(names, module) ? names[module] : undefined);
  }
  if (typeof environment !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(environment)) {
    throw failed('OPTIONS_INVALID', 'Expected buses.environment to be the name of an environment, such as dev');
  }
  return (module) => `tidings-${environment}-${module}`;
}

function named(module: string, name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw failed('BUS_UNKNOWN', `Expected the name of the bus for the module ${module}, found none`);
}

/** The environment variable that names the buses, as JSON: `{"bank":"arn:aws:events:…"}`. */
export const BUSES_VARIABLE = 'TIDINGS_BUSES';

/**
 * The buses as `TIDINGS_BUSES` names them: module → name or ARN. `TidingsProducer` of `@tidings/constructs` sets it.
 *
 * @throws PublishError OPTIONS_INVALID if the variable is not there, or is nothing of the kind
 */
export function busesFromEnvironment(): Readonly<Partial<Record<ModuleName, string>>> {
  const text = platform().process?.env?.[BUSES_VARIABLE];
  if (text === undefined || text === '') {
    throw failed(
      'OPTIONS_INVALID',
      `Expected buses, or the variable ${BUSES_VARIABLE} in the environment, found neither`,
    );
  }
  const buses = parsed(text);
  const entries = typeof buses === 'object' && buses !== null && !Array.isArray(buses) ? Object.entries(buses) : [];
  if (entries.length === 0 || entries.some(([, name]) => typeof name !== 'string' || name === '')) {
    throw failed(
      'OPTIONS_INVALID',
      `Expected ${BUSES_VARIABLE} to be JSON such as {"bank":"tidings-dev-bank"}, found ${JSON.stringify(text)}`,
    );
  }
  return Object.fromEntries(entries);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The region of buses that are named by ARN; none where names say nothing of it. A request reaches the buses of the region
 * that it is sent to.
 *
 * @throws PublishError OPTIONS_INVALID if there are several
 */
export function regionOf(buses: Buses): string | undefined {
  if (typeof buses !== 'object' || buses === null) return undefined;
  const regions = new Set(
    Object.values(buses).flatMap((name: unknown) => {
      const region = /^arn:[^:]+:events:([^:]+):/.exec(String(name))?.[1];
      return region === undefined ? [] : [region];
    }),
  );
  if (regions.size > 1) {
    const found = [...regions].join(' and ');
    throw failed('OPTIONS_INVALID', `Expected all buses in one region, found ${found}. Make a client for each region`);
  }
  return [...regions][0];
}
