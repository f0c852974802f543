import type { TrustedIssuer, VariableName } from '../variables.ts';
import { VARIABLES } from '../variables.ts';

/** Environment variables as a function gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what a function is configured with, once, at cold start. A variable that is missing or cannot be read fails
 * there by its name, not in the middle of a request.
 */
export const readConfiguration = (environment: Environment) => ({
  text: (name: VariableName): string => required(environment, name),

  url: (name: VariableName): string => {
    const value = required(environment, name);
    if (!URL.canParse(value)) throw new Error(`Expected ${name} to be a URL, found "${value}"`);
    return value.replace(/\/$/, '');
  },

  retentionDays: (): number => {
    const days = Number(required(environment, VARIABLES.retentionDays));
    if (Number.isSafeInteger(days) && days > 0) return days;
    throw new Error(`Expected ${VARIABLES.retentionDays} to be a whole number of days, found "${days}"`);
  },

  issuers: (): readonly TrustedIssuer[] =>
    json(environment, VARIABLES.issuers, (value): value is readonly TrustedIssuer[] => Array.isArray(value)),

  allowedOrigins: (): readonly string[] =>
    json(environment, VARIABLES.allowedOrigins, (value): value is readonly string[] => Array.isArray(value)),

  busNames: (): Readonly<Record<string, string>> =>
    json(
      environment,
      VARIABLES.busNames,
      (value): value is Record<string, string> => typeof value === 'object' && value !== null && !Array.isArray(value),
    ),

  readScope: (): string | null =>
    json(
      environment,
      VARIABLES.readScope,
      (value): value is string | null => value === null || typeof value === 'string',
    ),
});

function required(environment: Environment, name: VariableName): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is missing`);
  return value;
}

function json<T>(environment: Environment, name: VariableName, is: (value: unknown) => value is T): T {
  const text = required(environment, name);
  try {
    const value: unknown = JSON.parse(text);
    if (is(value)) return value;
  } catch (cause) {
    throw new Error(`Expected ${name} to be JSON`, { cause });
  }
  throw new Error(`Expected ${name} to be JSON of another shape, found ${text.slice(0, 100)}`);
}
