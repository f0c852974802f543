const MAX_LENGTH = 300;
const MAX_DEPTH = 3;

/** A text without what must not be seen, and not without end: it may come from anywhere. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, '***');
  return shown.length <= MAX_LENGTH ? shown : `${shown.slice(0, MAX_LENGTH)}…`;
}

/**
 * Something thrown, in words. `fetch` says only "fetch failed" and puts the reason into its cause. The thrown thing itself
 * is not passed on: some HTTP libraries attach the request to it, with the token.
 */
export function failureText(thrown: unknown, secrets: readonly string[] = []): string {
  const parts: string[] = [];
  let error = thrown;
  for (let depth = 0; depth < MAX_DEPTH && error instanceof Error; depth += 1) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const message = error.message.includes(code) ? error.message : `${error.message} (${code})`;
    parts.push(message.trim() === '' ? code || error.name : message);
    error = error.cause;
  }
  return withoutSecrets(parts.join(': ') || 'something was thrown that is no error', secrets);
}
