import { MODULES } from '@tidings/contracts/gen/constants.ts';
import { failed } from './publish-error.ts';

export type ModuleName = keyof typeof MODULES;

/** Which bus takes the events of a module: by a function, by name, or as an environment names its buses. */
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
