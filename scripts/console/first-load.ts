import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a browser loads before it shows anything, in bytes as they are sent. */
export interface FirstLoad {
  readonly js: number;
  readonly css: number;
}

/** So much JavaScript there may be: about a second of a slow phone's line, which is 1.6 Mbit/s. */
export const MOST_JS = 200_000;

interface Entry {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}

/** From the manifest of a build: its entry, and what that imports at once, and so on. */
export function measureFirstLoad(folder: string): FirstLoad {
  const manifest = JSON.parse(readFileSync(path.join(folder, '.vite', 'manifest.json'), 'utf8')) as Readonly<
    Record<string, Entry>
  >;
  const loaded = new Set(Object.keys(manifest).filter((name) => manifest[name]?.isEntry));
  // A set gives what is added to it meanwhile as well.
  for (const name of loaded) for (const imported of manifest[name]?.imports ?? []) loaded.add(imported);
  // There is one style sheet for all, which belongs to no entry.
  const { 'style.css': styles } = manifest;
  const entries = [...loaded].flatMap((name) => manifest[name] ?? []);
  const bytes = (files: readonly string[]): number =>
    [...new Set(files)].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(folder, file))).length, 0);
  return {
    js: bytes(entries.map(({ file }) => file).filter((file) => file.endsWith('.js'))),
    css: bytes(styles === undefined ? [] : [styles.file]),
  };
}

/** For people. */
export const toText = ({ js, css }: FirstLoad): string =>
  `first load ${kilobytes(js)} kB of JavaScript and ${kilobytes(css)} kB of CSS, gzipped`;

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
