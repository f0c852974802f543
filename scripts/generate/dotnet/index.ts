import type { EventSchema } from '../event-schema.ts';
import { typeName } from '../names.ts';
import { emitEventTypes, emitHubCodes, emitModuleConstants } from './emit-constants.ts';
import { emitEventModels, emitJsonContext, emitNewEvents } from './emit-events.ts';
import { emitModel } from './emit-model.ts';
import { pascalName } from './names.ts';
import { readModels } from './read-model.ts';

/** Where the generated C# lies: a folder of the project that it is compiled into. */
export const DOTNET_FOLDER = 'packages/dotnet/src/Tidings.Client/Gen';

/** The .NET package's share of what is generated, by path below the root of the repository. */
export function emitDotnet(schemas: readonly EventSchema[]): readonly (readonly [string, string])[] {
  const models = readModels(schemas);
  const files: (readonly [string, string])[] = [
    ['EventModels', emitEventModels(schemas)],
    ['EventTypes', emitEventTypes(schemas)],
    ['EventsJsonContext', emitJsonContext(schemas)],
    ['HubCodes', emitHubCodes()],
    ['NewEvents', emitNewEvents(schemas)],
    ...emitModuleConstants(schemas),
    ...schemas.flatMap((schema) => {
      const model = models.get(schema.type);
      return model === undefined
        ? []
        : [[`${pascalName(schema.module, 'Module')}/${typeName(schema)}`, emitModel(schema, model)] as const];
    }),
  ];
  return files.map(([name, text]) => [`${DOTNET_FOLDER}/${name}.cs`, text]);
}
