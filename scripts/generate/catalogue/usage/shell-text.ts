/** A text as one word of a POSIX shell, in which nothing is replaced. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** JSON over several lines as a here-document, in which nothing is replaced and that no line of it can end. */
export const hereDocument = (json: unknown): string => `<<'JSON'\n${JSON.stringify(json, null, 2)}\nJSON`;
