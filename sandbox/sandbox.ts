import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { Access } from './access/access.ts';
import { createApis, serveApis } from './apis.ts';
import { type Assembly, createAssemblyFolder, loadAssembly, ROOT, synthesize } from './assembly.ts';
import { AwsEndpoint } from './aws-endpoint.ts';
import { CDK_RESOURCES, withoutProviders } from './bucket-deployment.ts';
import { CloudWatch } from './cloudwatch.ts';
import { ConsoleHost } from './console-host.ts';
import { claimDataFolder } from './data-folder.ts';
import { DynamoDb } from './dynamodb.ts';
import { type Engine, type EngineName, startEngine } from './dynamodb-engine.ts';
import { EventSource } from './event-source.ts';
import { EventBridge } from './eventbridge.ts';
import { type Faults, noFaults } from './faults.ts';
import { close, HOST, listen, turnAway } from './http.ts';
import { Issuer } from './issuer.ts';
import { Lambda } from './lambda.ts';
import type { Surroundings } from './resource-types.ts';
import { SandboxError } from './sandbox-error.ts';
import type { SocketLimits } from './socket-connection.ts';
import { Sqs } from './sqs.ts';
import { Stacks } from './stacks.ts';
import { openStateFolder } from './state-folder.ts';
import { StreamSource } from './stream-source.ts';
import { busesOf, checkTargetFile, removeTarget, type Target, toTarget, writeTarget } from './target.ts';
import type { Resource } from './template.ts';

const REGION = 'eu-north-1';
const ACCOUNT = '000000000000';

export interface SandboxOptions {
  /**
   * Port of the HTTP and WebSocket APIs; the AWS endpoint, the issuer and the console take the three that follow. 0 = any
   * free ones.
   * @default 4100
   */
  readonly port?: number;
  /**
   * Folder for tables, messages and the signing key, which survive a restart.
   * @default none: they are gone when the sandbox ends
   */
  readonly data?: string | undefined;
  /** Where to write the target file, besides `target.json` in the state folder. */
  readonly target?: string | undefined;
  /** A synthesized assembly to serve. @default the repository's own, bundled and synthesized anew */
  readonly assembly?: string | undefined;
  /** @default tidings-dev */
  readonly stackName?: string;
  /** Synthesized assemblies whose stacks are served together with the hub, such as that of a producer. */
  readonly with?: readonly string[];
  /** Folder for logs and the target file. @default `.sandbox` in the repository */
  readonly stateFolder?: string;
  /** Folder for logs alone. @default one in the state folder */
  readonly logs?: string | undefined;
  /** @default nothing goes wrong on purpose */
  readonly faults?: Faults;
  /** Which DynamoDB engine. @default the first that this machine can run */
  readonly engine?: EngineName;
  /** Threads per function at most; more than there are processors start only when those are not enough. @default 4 */
  readonly concurrency?: number;
  /** Seconds, in place of the queues' own, for a redelivery that one need not wait for. */
  readonly visibilityTimeout?: number | undefined;
  readonly socketLimits?: SocketLimits;
  /** Whether the logs of the functions go to standard error as well. @default false */
  readonly verbose?: boolean;
  /** Gives up starting. An end to what runs is {@link Sandbox.end}. */
  readonly signal?: AbortSignal;
  /** Told of what takes a while. */
  readonly onProgress?: (step: string) => void;
}

/** A running sandbox. */
export interface Sandbox {
  readonly target: Target;
  /** Outputs of the stacks beside the hub: stack → output → value. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly engine: Engine;
  readonly logFolder: string;
  /** The files that {@link target} is in. */
  readonly targetFiles: readonly string[];
  /** Process id of another sandbox whose target `target.json` in the state folder is. */
  readonly other: number | undefined;
  /** Resolves with what happened, should the sandbox have become useless. It must still be ended. */
  readonly failure: Promise<SandboxError>;
  readonly faults: Faults;
  /** Kills the threads of a function (by the last part of its name, such as `fan-out`) while they run. */
  killFunction(name: string): Promise<void>;
  /** Breaks off every WebSocket without a close frame. */
  dropSockets(): void;
  /** Stops everything that was started, in reverse. */
  end(): Promise<void>;
}

/**
 * Serves a stack on this machine.
 *
 * @throws SandboxError when it cannot: whatever was started by then has been stopped
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const ends: (() => unknown)[] = [];
  const end = async (): Promise<void> => {
    for (let next = ends.pop(); next !== undefined; next = ends.pop()) await next();
  };
  try {
    return { ...(await start(options, (step) => void ends.push(step))), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function start(options: SandboxOptions, onEnd: (step: () => unknown) => void): Promise<Omit<Sandbox, 'end'>> {
  const { port = 4100, stackName = 'tidings-dev', faults = noFaults, onProgress = () => undefined } = options;
  const inData = (file: string) => (options.data === undefined ? undefined : path.join(options.data, file));
  if (options.target !== undefined) checkTargetFile(options.target);
  if (options.data !== undefined) {
    const data = claimDataFolder(options.data);
    onEnd(() => data.release());
  }
  const state = openStateFolder(options.stateFolder ?? path.join(ROOT, '.sandbox'));
  onEnd(() => state.release());
  const { other } = state;
  const logFolder = options.logs ?? state.logFolder;

  // Ports first: the template is made with the issuer's address, and resolves to the others.
  const gateway = createServer();
  const open = turnAway(gateway);
  const apiHost = `${HOST}:${await listen(gateway, port, 'HTTP and WebSocket APIs')}`;
  onEnd(() => close(gateway));
  const endpoint = new AwsEndpoint(faults);
  const awsEndpointUrl = `http://${HOST}:${await endpoint.start(following(port, 1))}`;
  onEnd(() => endpoint.end());
  const issuer = new Issuer(inData('issuer-key.json'));
  await issuer.start(following(port, 2));
  onEnd(() => issuer.end());
  const page = new ConsoleHost();
  await page.start(following(port, 3));
  onEnd(() => page.end());

  onProgress('Bundling the functions and synthesizing the stack');
  const [engine, assembly] = await allOrNothing(
    startEngine({ folder: options.data, ...(options.engine && { name: options.engine }) }).then((started) => {
      onEnd(() => started.end());
      return started;
    }),
    options.assembly === undefined
      ? synthesizeAnew(
          { issuer: issuer.url, stackName, stateFolder: state.folder, signal: options.signal, onProgress },
          onEnd,
        )
      : loadAssembly(options.assembly, stackName),
  );

  onProgress('Serving the stack');
  const at: Surroundings = {
    stackName,
    region: REGION,
    accountId: ACCOUNT,
    awsEndpointUrl,
    apiHost,
    consoleHost: page.host,
  };
  const stacks = new Stacks(assembly, at, options.with);
  const of = (...types: readonly string[]): readonly Resource[] => stacks.resources(...types);

  const tables = of('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  const dynamoDb = new DynamoDb(engine, tables, faults);
  await unless(engine.failure, dynamoDb.start());
  onEnd(() => dynamoDb.end());
  const sqs = new Sqs(of('AWS::SQS::Queue'), faults, {
    journal: inData('sqs.journal'),
    visibilityTimeout: options.visibilityTimeout,
  });
  sqs.start();
  onEnd(() => sqs.end());
  const functions = withoutProviders(of('AWS::Lambda::Function'), of(...CDK_RESOURCES));
  const access = new Access(functions, of('AWS::IAM::Policy'), of('AWS::IAM::Role'), at);
  endpoint.guard(access);
  onEnd(() => {
    mkdirSync(logFolder, { recursive: true });
    writeFileSync(path.join(logFolder, 'access.json'), `${JSON.stringify(access.report(), undefined, 2)}\n`);
  });
  const cloudWatch = new CloudWatch();
  const lambda = new Lambda(functions, at, {
    onLogEntry: (entry) => cloudWatch.metrics.takeLine(entry),
    assetFolder: stacks.assetFolder,
    logFolder,
    verbose: options.verbose ?? false,
    concurrency: options.concurrency ?? 4,
    faults,
  });
  onEnd(() => lambda.end());
  const eventBridge = new EventBridge(of('AWS::Events::EventBus'), of('AWS::Events::Rule'), { sqs, lambda }, at);
  for (const service of [dynamoDb, sqs.service, eventBridge.service, cloudWatch.service]) endpoint.add(service);
  for (const { properties } of of('AWS::Lambda::EventSourceMapping')) {
    const fed = lambda.find(properties.text('FunctionName'));
    if (fed !== undefined) await access.checkSource(fed.name, properties.text('EventSourceArn'));
  }
  const services = { dynamoDb, sqs, lambda, faults, region: REGION };
  const sources = of('AWS::Lambda::EventSourceMapping').map((resource) =>
    resource.properties.text('EventSourceArn').startsWith('arn:aws:dynamodb:')
      ? new StreamSource(resource, tables, services)
      : new EventSource(resource, sqs, lambda, REGION),
  );
  const { http, sockets } = createApis(stacks.hub, lambda, { at, faults, limits: options.socketLimits, access });
  open();
  serveApis(gateway, http, sockets);
  onEnd(() => sockets?.end());
  for (const source of sources) source.start();
  onEnd(() => Promise.all(sources.map((source) => source.end())));

  const { tokenUrl } = issuer;
  const consoleUrl = page.serve(stacks, { tokenUrl, buses: busesOf(stacks.hub.outputs) }, awsEndpointUrl)
    ? page.url
    : undefined;
  const target = toTarget(stacks.hub.outputs, { tokenUrl, awsEndpointUrl, consoleUrl });
  // The one that was asked for first: messages name it.
  const targetFiles = [...(options.target === undefined ? [] : [options.target]), state.targetFile];
  for (const file of targetFiles) {
    writeTarget(file, target);
    onEnd(() => removeTarget(file, target));
  }
  return {
    target,
    outputs: stacks.outputs,
    engine,
    logFolder,
    targetFiles,
    other,
    failure: engine.failure,
    faults,
    killFunction: async (name) => {
      const found = lambda.functions.filter((each) => each.name.endsWith(`-${name}`));
      if (found.length === 0)
        throw new SandboxError(
          `found no function ${name} among ${lambda.functions.map((each) => each.name).join(', ')}`,
        );
      await Promise.all(found.map((each) => each.kill()));
    },
    dropSockets: () => sockets?.dropAll(),
  };
}

async function synthesizeAnew(
  {
    issuer,
    stackName,
    stateFolder,
    signal,
    onProgress,
  }: {
    readonly issuer: string;
    readonly stackName: string;
    readonly stateFolder: string;
    readonly signal: AbortSignal | undefined;
    readonly onProgress: (step: string) => void;
  },
  onEnd: (step: () => unknown) => void,
): Promise<Assembly> {
  if (!existsSync(path.join(ROOT, 'bin', 'tidings.ts')))
    throw new SandboxError('There is no bin/tidings.ts to synthesize');
  const folder = createAssemblyFolder(stateFolder);
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  await synthesize(folder, issuer, { signal, onProgress });
  return loadAssembly(folder, stackName);
}

/** The result, or the failure if that is sooner: what fails because of it would say so less clearly. */
const unless = <T>(failure: Promise<SandboxError>, result: Promise<T>): Promise<T> =>
  Promise.race([result, failure.then((error) => Promise.reject(error))]);

const following = (port: number, offset: number): number => (port === 0 ? 0 : port + offset);

/** Both results. When one fails the other is waited for all the same, so that it can be undone. */
async function allOrNothing<A, B>(first: A | Promise<A>, second: B | Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}
