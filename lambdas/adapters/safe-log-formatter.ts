import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { isTidingsError } from '@tidings/contracts';

/** Longest message of an error that is kept. */
const MAX_MESSAGE_CHARACTERS = 500;

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 3;

/** What a log says of an error. */
interface LoggedError {
  readonly [field: string]: LogAttributes[string];
  readonly name: string;
  readonly code?: string;
  /** Absent where it may quote what was sent. */
  readonly message?: string;
  /** Where it was thrown. */
  readonly stack?: readonly string[];
  readonly cause?: LoggedError;
}

/**
 * Writes log entries that hold nothing of what was sent.
 *
 * Powertools writes an error with its message and whatever else it has. Ours quote values in `message` and `errors`,
 * V8 quotes the text in which it found no JSON, and the errors of HTTP clients hold requests with their headers. So of an
 * error only its name, its code, where it was thrown, and a message that cannot quote anything are kept.
 */
export class SafeLogFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, sampleRateValue = 0, xRayTraceId } = attributes;
    return new LogItem({
      attributes: {
        level: logLevel,
        message,
        timestamp: this.formatTimestamp(timestamp),
        service: serviceName,
        sampling_rate: sampleRateValue === 0 ? undefined : sampleRateValue,
        xray_trace_id: isTraced() ? xRayTraceId : undefined,
      },
    }).addAttributes(withoutThrownText(additional));
  }

  override formatError(error: Error): LogAttributes {
    return describeError(error);
  }
}

/**
 * Whether X-Ray keeps the trace of this invocation: every invocation has the id of one, and most lead nowhere.
 * Source: X-Ray developer guide, "Tracing header".
 */
const isTraced = (): boolean => process.env['_X_AMZN_TRACE_ID']?.includes('Sampled=1') ?? false;

/** Whatever was thrown without being an error is logged as text, under one of these names. */
const THROWN = ['error', 'extra'] as const;

function withoutThrownText(attributes: LogAttributes): LogAttributes {
  const thrown = THROWN.filter((name) => typeof attributes[name] === 'string');
  return { ...attributes, ...Object.fromEntries(thrown.map((name) => [name, describeError(attributes[name])])) };
}

/** What a log may say of something thrown. */
function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: `a thrown ${error === null ? 'null' : typeof error}` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const quotes = isTidingsError(error) || error instanceof SyntaxError || error.name === 'SyntaxError';
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    ...(!quotes && { message: error.message.slice(0, MAX_MESSAGE_CHARACTERS) }),
    stack: framesOf(error),
    ...(error.cause instanceof Error && depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** The lines of a stack that say where, without the message above them. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const end = stack.indexOf(message);
  const rest = end < 0 ? stack : stack.slice(end + message.length);
  return rest
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 10);
}
