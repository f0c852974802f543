import path from 'node:path';
import { writeSite } from './generate/catalogue/write-site.ts';
import { formatFinding, SchemasRefused } from './generate/finding.ts';

const root = path.dirname(import.meta.dirname);
const folder = path.join(root, 'dist', 'catalogue');

try {
  const files = await writeSite(path.join(root, 'schemas'), folder);
  console.log(`Wrote ${files} files to ${folder}. Open ${path.join(folder, 'index.html')} in a browser.`);
} catch (cause) {
  if (!(cause instanceof SchemasRefused)) throw cause;
  for (const finding of cause.findings) console.error(formatFinding(finding));
  process.exitCode = 1;
}
