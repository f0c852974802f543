/**
 * A JSON value as readers see it: text without quotes, unless it would then look like another value, or like nothing.
 */
export function displayValue(value: unknown): string {
  const json = JSON.stringify(value);
  if (typeof value !== 'string') return json;
  return value === '' || value !== value.trim() || isJson(value) || json !== `"${value}"` ? json : value;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
