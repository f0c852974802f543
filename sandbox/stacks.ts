import { type Assembly, loadAssembly, stackNames } from './assembly.ts';
import type { Surroundings } from './resource-types.ts';
import { SandboxError } from './sandbox-error.ts';
import { type Resource, Template } from './template.ts';

/**
 * The stacks that are served together, as several stacks live in one account: the hub's, and those of the assemblies that
 * were given with it. They find each other by name; a reference from one template into another is refused.
 */
export class Stacks {
  /** The hub's. */
  readonly hub: Template;
  readonly #templates: readonly Template[];
  readonly #assemblies: readonly Assembly[];

  /**
   * @param withFolders synthesized assemblies, every stack of which is served as well
   * @throws SandboxError
   */
  constructor(hub: Assembly, at: Surroundings, withFolders: readonly string[] = []) {
    const others = withFolders.flatMap((folder) =>
      stackNames(folder).map((stackName) => ({ folder, stackName, assembly: loadAssembly(folder, stackName) })),
    );
    const names = new Set([at.stackName]);
    for (const { folder, stackName } of others) {
      if (names.has(stackName)) throw new SandboxError(`${folder}: found another stack ${stackName}, expected one`);
      names.add(stackName);
    }
    this.hub = new Template(hub.template, at);
    this.#assemblies = [hub, ...others.map(({ assembly }) => assembly)];
    this.#templates = [
      this.hub,
      ...others.map(({ stackName, assembly }) => new Template(assembly.template, { ...at, stackName })),
    ];
    const [api] = this.#templates.slice(1).flatMap((template) => template.resources('AWS::ApiGatewayV2::Api'));
    api?.properties.refuse(
      'ProtocolType',
      'found an API in a stack beside the hub; the sandbox serves those of the hub',
    );
  }

  /** All resources of these types, stack by stack. */
  resources(...types: readonly string[]): readonly Resource[] {
    return this.#templates.flatMap((template) => template.resources(...types));
  }

  /** Folder of the asset with this S3 key, which is a hash of what is in it. */
  readonly assetFolder = (key: string): string | undefined => {
    for (const { assetFolder } of this.#assemblies) {
      const folder = assetFolder(key);
      if (folder !== undefined) return folder;
    }
    return undefined;
  };

  /** Outputs of the stacks beside the hub: stack → output → value. */
  get outputs(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    const others = this.#templates.filter((template) => template !== this.hub);
    return Object.fromEntries(others.map(({ surroundings, outputs }) => [surroundings.stackName, outputs]));
  }
}
