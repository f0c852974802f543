import { isObject } from './http.ts';
import { AwsError } from './sandbox-error.ts';
import { invalid } from './sqs-message.ts';

/** The input of an action, or one entry of a batch. */
export type Input = Readonly<Record<string, unknown>>;

/** The entries of a batch, each performed by itself. */
export function forEach(entries: readonly Input[], perform: (entry: Input) => unknown) {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const Id = String(entry['Id']);
    try {
      Successful.push({ Id, ...Object(perform(entry)) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

export function batch(input: Input): readonly Input[] {
  const entries = Array.isArray(input['Entries']) ? input['Entries'].filter(isObject) : [];
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const ids = entries.map((entry) => String(entry['Id']));
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', `Id ${ids.find((id, index) => ids.indexOf(id) < index)} repeated.`);
  return entries;
}

export function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export const optional = (input: Input, name: string): string | undefined =>
  typeof input[name] === 'string' ? input[name] : undefined;

export const names = (input: Input, name: string): readonly string[] =>
  Array.isArray(input[name]) ? input[name].map(String) : [];

export function whole(input: Input, name: string, from: number, to: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw invalid(
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}, if provided.`,
  );
}
