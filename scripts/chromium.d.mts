/** Path of a Chromium: `CHROMIUM_PATH`, or the first on the PATH; `undefined` if there is none. */
export function findChromium(): string | undefined;
