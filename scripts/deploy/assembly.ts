import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Template } from './changes.ts';

/** A synthesized stack: what is shown is what is deployed, for both read this folder. */
export interface SynthesizedStack {
  readonly name: string;
  readonly template: Template;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the role with which the CDK reads; absent in an app that names none. */
  readonly lookupRole: string | undefined;
}

/** Members of `manifest.json` that are needed here. Source: `@aws-cdk/cloud-assembly-schema`, AssemblyManifest. */
interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly environment?: string;
        readonly properties?: {
          readonly templateFile?: string;
          readonly terminationProtection?: boolean;
          readonly tags?: Readonly<Record<string, string>>;
          readonly lookupRole?: { readonly arn?: string };
        };
      }
    >
  >;
}

/**
 * Reads one stack of a cloud assembly.
 * @throws Error if there is no such stack, or if it is bound to no account: the caller has made sure of both
 */
export async function readAssembly(folder: string, name: string): Promise<SynthesizedStack> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const artifact = manifest.artifacts[name];
  const properties = artifact?.properties;
  const [, account, region] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(artifact?.environment ?? '') ?? [];
  if (properties?.templateFile === undefined || account === undefined || region === undefined) {
    throw new Error(`${folder}: expected the stack ${name} for one account and region, found ${artifact?.environment}`);
  }
  const template = JSON.parse(await readFile(path.join(folder, properties.templateFile), 'utf8')) as Template;
  return {
    name,
    template,
    account,
    region,
    terminationProtection: properties.terminationProtection ?? false,
    tags: properties.tags ?? {},
    lookupRole: properties.lookupRole?.arn,
  };
}
