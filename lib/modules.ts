import { readdirSync } from 'node:fs';
import { ConfigurationError } from './configuration-error.ts';

/** The first part of an event type, which becomes part of a bus's name. */
const MODULE_NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Longest name of a module. A bus's name has at most 256 characters; this leaves room for `tidings-<environment>-`.
 * Source: EventBridge API reference, CreateEventBus.
 */
const MAX_MODULE_NAME_LENGTH = 200;

/**
 * The modules: names of the folders in the schemas folder, sorted. Hidden folders and files are not modules.
 *
 * @throws ConfigurationError `MODULE_INVALID` if there is none, or if a name cannot be a module's
 */
export function readModules(schemasFolder: string): readonly string[] {
  const modules = listFolders(schemasFolder).sort();
  if (modules.length === 0) {
    throw new ConfigurationError(
      'MODULE_INVALID',
      `${schemasFolder}: found no folder, expected one per module, such as ${schemasFolder}/bank`,
    );
  }
  for (const module of modules) {
    if (!MODULE_NAME.test(module) || module.length > MAX_MODULE_NAME_LENGTH) {
      throw new ConfigurationError(
        'MODULE_INVALID',
        `${schemasFolder}: found the folder ${JSON.stringify(module)}, expected the name of a module: a lower-case ` +
          `letter, then lower-case letters, digits and hyphens, at most ${MAX_MODULE_NAME_LENGTH} characters`,
      );
    }
  }
  return modules;
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch (cause) {
    throw new ConfigurationError('MODULE_INVALID', `${folder}: cannot read the schemas folder (${String(cause)})`);
  }
}
