import type { TrustedIssuer, VariableName } from '../variables.ts';
import { SIGNING_ALGORITHMS, VARIABLES } from '../variables.ts';

/** Environment variables as a function gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what a function is configured with, once, at cold start. A variable that is missing or cannot be read fails
 * there by its name, not in the middle of a request.
 */
export const readConfiguration = (environment: Environment) => ({
  text: (name: VariableName): string => required(environment, name),

  /** A text that not every deployment has. */
  optionalText: (name: VariableName): string | undefined => environment[name] || undefined,

  url: (name: VariableName): string => {
    const value = required(environment, name);
    if (!URL.canParse(value)) throw new Error(`Expected ${name} to be a URL, found "${value}"`);
    return value.replace(/\/$/, '');
  },

  wholeNumber: (name: VariableName): number => {
    const text = required(environment, name);
    const value = Number(text);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new Error(`Expected ${name} to be a whole number from 1 on, found "${text}"`);
  },

  issuers: (): readonly TrustedIssuer[] => json(environment, VARIABLES.issuers, isListOf(isIssuer)),

  allowedOrigins: (): readonly string[] => json(environment, VARIABLES.allowedOrigins, isListOf(isText)),

  busNames: (): Readonly<Record<string, string>> =>
    json(
      environment,
      VARIABLES.busNames,
      (value): value is Record<string, string> => isObject(value) && Object.values(value).every(isText),
    ),

  readScope: (): string | null =>
    json(
      environment,
      VARIABLES.readScope,
      (value): value is string | null => value === null || typeof value === 'string',
    ),
});

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isListOf =
  <T>(is: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(is);

const CLAIMS = ['tenant', 'organizations', 'roles', 'subject', 'scope'] as const;

/** Whether nothing is missing that a token is checked by: the verifier takes a `null` audience for "any will do". */
function isIssuer(value: unknown): value is TrustedIssuer {
  if (!isObject(value)) return false;
  const { issuer, audience, algorithms, jwksUri, claims } = value;
  const known: readonly unknown[] = SIGNING_ALGORITHMS;
  return (
    isText(issuer) &&
    isText(audience) &&
    Array.isArray(algorithms) &&
    algorithms.every((algorithm) => known.includes(algorithm)) &&
    (jwksUri === undefined || isText(jwksUri)) &&
    isObject(claims) &&
    CLAIMS.every((name) => isText(claims[name]))
  );
}

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
