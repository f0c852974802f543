import { ConfigurationError } from './configuration-error.ts';
import type { Environment } from './environment.ts';
import { nearest } from './nearest.ts';

/**
 * Refuses producers of a module that there is no bus for: they would be let in nowhere, and nobody would notice.
 *
 * @param modules that are deployed
 * @throws ConfigurationError `ENVIRONMENT_INVALID`
 */
export function checkProducers({ name, producers }: Environment, modules: readonly string[]): void {
  const problems = Object.keys(producers)
    .filter((module) => !modules.includes(module))
    .map((module) => {
      const guess = nearest(module, modules);
      const hint = guess === undefined ? '' : `. Did you mean ${guess}?`;
      return `${name}.producers.${module}: found no such module, expected one of ${modules.join(', ')}${hint}`;
    });
  if (problems.length > 0) throw new ConfigurationError('ENVIRONMENT_INVALID', problems.join('\n'));
}
