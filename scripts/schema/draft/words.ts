/** `customerId`, `customer-id` and `customer.id` as words: `customer id`. */
export function phrase(...names: readonly string[]): string {
  const words = names
    .flatMap((name) =>
      name
        .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
        .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
        .split(/[^A-Za-z0-9]+/),
    )
    .filter((word) => word !== '')
    // What is in capitals altogether is an abbreviation and stays.
    .map((word) => (word === word.toUpperCase() && word.length > 1 ? word : word.toLowerCase()))
    .join(' ');
  return words === '' ? names.join(' ') : words;
}

/** Words as a title: `Customer id`. */
export const title = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Words as a sentence. */
export const sentence = (words: string): string => `${title(words)}.`;
