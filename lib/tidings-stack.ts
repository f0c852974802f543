import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { VARIABLES } from '../lambdas/variables.ts';
import { ApiGatewayLogRole } from './constructs/api-gateway-log-role.ts';
import { BusProducers } from './constructs/bus-producers.ts';
import { ConnectionRegistry } from './constructs/connection-registry.ts';
import { ConsoleSite } from './constructs/console-site.ts';
import { Doorbell, FAN_OUT_TIMEOUT } from './constructs/doorbell.ts';
import { EventLog } from './constructs/event-log.ts';
import { FrontDoor } from './constructs/front-door.ts';
import { HttpApi } from './constructs/http-api.ts';
import { HubFunction, type HubFunctionProps } from './constructs/hub-function.ts';
import { HubKey } from './constructs/hub-key.ts';
import { grantReadMetrics } from './constructs/hub-metrics.ts';
import { Intake, MAX_RECEIVE_COUNT, STORE_TIMEOUT } from './constructs/intake.ts';
import { ModuleBus } from './constructs/module-bus.ts';
import { readRegistrySchemas, SchemaRegistry } from './constructs/schema-registry.ts';
import { SocketApi } from './constructs/socket-api.ts';
import type { Throttle } from './constructs/throttle.ts';
import { Watching } from './constructs/watching/watching.ts';
import type { Environment } from './environment.ts';
import { readModules } from './modules.ts';
import { RESERVABLE_FUNCTIONS } from './operations.ts';
import { checkProducers } from './producers.ts';

export interface TidingsStackProps {
  readonly environment: Environment;
  /**
   * Folder with one folder per module.
   * @default `schemas/` of this repository
   */
  readonly schemasFolder?: string;
  /**
   * The event types as the schema registry takes them.
   * @default what `npm run generate` has made of `schemas/` of this repository
   */
  readonly registrySchemasFile?: string;
  /**
   * Folder with one bundle per function.
   * @default `dist/lambdas/` of this repository, which `scripts/bundle.ts` fills
   */
  readonly bundlesFolder?: string;
  /**
   * The console as it is built.
   * @default `dist/console/` of this repository, which `npm run build` fills
   */
  readonly consoleFolder?: string;
}

/** Descriptions are for everybody, without a token, and kept by whoever has them: they get little. */
const DESCRIPTIONS: Throttle = { perSecond: 20, burst: 40 };

/** One environment: everything between a producer and a subscriber. */
export class TidingsStack extends Stack {
  readonly #environment: Environment;
  readonly #bundlesFolder: string;
  readonly #removalPolicy: RemovalPolicy;
  readonly #functions: HubFunction[] = [];
  readonly #key: HubKey | undefined;

  /** @throws ConfigurationError `ENVIRONMENT_INVALID`, `MODULE_INVALID`, `SCHEMA_REGISTRY_INVALID` or `BUNDLE_MISSING` */
  constructor(scope: Construct, id: string, props: TidingsStackProps) {
    const { environment } = props;
    const retained = environment.removalPolicy === 'retain';
    super(scope, id, {
      description: `Tidings, a multi-tenant event hub (${environment.name})`,
      env: {
        ...(environment.account !== undefined && { account: environment.account }),
        ...(environment.region !== undefined && { region: environment.region }),
      },
      tags: { application: 'tidings', environment: environment.name },
      terminationProtection: retained,
      // What is synthesized must not depend on who synthesizes it, nor report to anyone.
      analyticsReporting: false,
    });
    this.#environment = environment;
    this.#bundlesFolder = props.bundlesFolder ?? repositoryFolder('dist/lambdas');
    this.#removalPolicy = retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.#key =
      environment.encryptionKey === undefined ? undefined : new HubKey(this, 'Encryption', environment.encryptionKey);
    const lifetime = { removalPolicy: this.#removalPolicy, key: this.#key };
    const intake = new Intake(this, 'Intake', lifetime);
    const doorbell = new Doorbell(this, 'Doorbell', lifetime);
    const eventLog = new EventLog(this, 'EventLog', lifetime);
    const connections = new ConnectionRegistry(this, 'Connections', lifetime);
    const buses = this.#createBuses(props.schemasFolder ?? repositoryFolder('schemas'), intake);
    if (environment.schemaRegistry) this.#registerSchemas(buses, props.registrySchemasFile);
    const { limits } = environment;
    const logs = {
      logKey: this.#key,
      logRetention: environment.logRetentionDays,
      logRemovalPolicy: this.#removalPolicy,
    };
    const site = this.#createConsole(props.consoleFolder ?? repositoryFolder('dist/console'));
    const origins = [...environment.allowedOrigins, ...(site === undefined ? [] : [site.origin])];
    const httpApi = new HttpApi(this, 'HttpApi', {
      allowedOrigins: origins,
      throttle: { perSecond: limits.requestsPerSecond, burst: limits.requestBurst },
      ...logs,
    });
    const socketApi = new SocketApi(this, 'SocketApi', {
      throttle: { perSecond: limits.messagesPerSecond, burst: limits.messageBurst },
      ...logs,
    });
    if (environment.setsApiGatewayLogRole) {
      socketApi.stage.node.addDependency(new ApiGatewayLogRole(this, 'ApiGatewayLogRole').account);
    }

    const frontDoor = this.#createFrontDoor(httpApi, socketApi);
    const apiUrl = frontDoor?.apiUrl ?? httpApi.url;
    const socketUrl = frontDoor?.socketUrl ?? socketApi.url;
    site?.deploy({ apiUrl, socketUrl, modules: buses.map(({ module }) => module) });

    const busNames = this.toJsonString(Object.fromEntries(buses.map(({ module, bus }) => [module, bus.eventBusName])));
    const issuers = JSON.stringify(environment.issuers);
    const log = {
      [VARIABLES.eventLogTable]: eventLog.table.name,
      [VARIABLES.logGeneration]: String(environment.logGeneration),
    };
    const allowedOrigins = JSON.stringify(origins);
    const readScope = JSON.stringify(environment.readScope);

    const ingestEvents = this.#createFunction('IngestEvents', {
      name: 'ingest-events',
      description: 'Takes events over HTTP, checks them and puts them on the bus of their module',
      memorySize: 1024,
      timeout: Duration.seconds(15),
      variables: { [VARIABLES.busNames]: busNames, [VARIABLES.issuers]: issuers },
    });
    for (const { bus } of buses) bus.grantPutEventsTo(ingestEvents);
    httpApi.route(ingestEvents, { '/events': [HttpMethod.POST] });

    const storeEvents = this.#createFunction('StoreEvents', {
      name: 'store-events',
      description: 'Writes events to the log, each once and in order, and rings the doorbell',
      memorySize: 512,
      timeout: STORE_TIMEOUT,
      variables: {
        ...log,
        [VARIABLES.doorbellQueueUrl]: doorbell.queue.queueUrl,
        [VARIABLES.intakeDeadLettersUrl]: intake.deadLetters.queue.queueUrl,
        [VARIABLES.intakeMaxReceives]: String(MAX_RECEIVE_COUNT),
        [VARIABLES.retentionDays]: String(environment.retentionDays),
      },
    });
    eventLog.grantAppend(storeEvents);
    doorbell.grantRing(storeEvents);
    intake.grantRefuse(storeEvents);
    intake.feed(storeEvents, environment.storeConcurrency);

    const fanOut = this.#createFunction('FanOut', {
      name: 'fan-out',
      description: 'Sends what is new in the log of a tenant to the sockets that may see it',
      memorySize: 1024,
      timeout: FAN_OUT_TIMEOUT,
      // A long backlog is delivered in several runs, each of which rings for the next. It ends where the head is.
      mayInvokeItself: true,
      variables: {
        ...log,
        [VARIABLES.connectionsTable]: connections.table.name,
        [VARIABLES.doorbellQueueUrl]: doorbell.queue.queueUrl,
        [VARIABLES.socketEndpoint]: socketApi.url,
        [VARIABLES.apiUrl]: apiUrl,
        [VARIABLES.socketsPerRun]: String(limits.socketsPerRun),
        [VARIABLES.postsPerSecond]: String(limits.postsPerSecond),
      },
    });
    eventLog.grantRead(fanOut);
    eventLog.grantMoveFanOut(fanOut);
    connections.grantServe(fanOut);
    doorbell.grantRing(fanOut);
    doorbell.wake(fanOut, environment.fanOutConcurrency);
    socketApi.grantPost(fanOut);

    const authorizeSocket = this.#createFunction('AuthorizeSocket', {
      name: 'authorize-socket',
      description: 'Verifies token and origin of a socket that wants to connect',
      memorySize: 512,
      timeout: Duration.seconds(10),
      variables: {
        [VARIABLES.issuers]: issuers,
        [VARIABLES.allowedOrigins]: allowedOrigins,
        [VARIABLES.readScope]: readScope,
        ...frontDoor?.variables,
      },
    });

    const socket = this.#createFunction('Socket', {
      name: 'socket',
      description: 'Answers the messages of sockets',
      memorySize: 512,
      timeout: Duration.seconds(25),
      variables: {
        ...log,
        [VARIABLES.connectionsTable]: connections.table.name,
        [VARIABLES.socketsPerUser]: String(limits.socketsPerUser),
        [VARIABLES.socketsPerTenant]: String(limits.socketsPerTenant),
        [VARIABLES.socketEndpoint]: socketApi.url,
        [VARIABLES.apiUrl]: apiUrl,
        [VARIABLES.issuers]: issuers,
        [VARIABLES.allowedOrigins]: allowedOrigins,
        [VARIABLES.readScope]: readScope,
      },
    });
    connections.grantRegister(socket);
    eventLog.grantRead(socket);
    eventLog.grantAcknowledge(socket);
    socketApi.grantManage(socket);
    socketApi.route(socket, authorizeSocket);

    const queryApi = this.#createFunction('QueryApi', {
      name: 'query-api',
      description: 'Reads the log over HTTP',
      memorySize: 512,
      timeout: Duration.seconds(15),
      variables: {
        ...log,
        [VARIABLES.issuers]: issuers,
        [VARIABLES.readScope]: readScope,
      },
    });
    eventLog.grantRead(queryApi);
    httpApi.route(queryApi, { '/events': [HttpMethod.GET], '/events/{id+}': [HttpMethod.GET] });

    const manageSubscriptions = this.#createFunction('ManageSubscriptions', {
      name: 'manage-subscriptions',
      description: 'Manages durable subscriptions, and lets services consume them by pull',
      memorySize: 512,
      timeout: Duration.seconds(15),
      variables: {
        ...log,
        [VARIABLES.issuers]: issuers,
        [VARIABLES.readScope]: readScope,
      },
    });
    eventLog.grantRead(manageSubscriptions);
    eventLog.grantManageSubscriptions(manageSubscriptions);
    httpApi.route(manageSubscriptions, {
      '/subscriptions': [HttpMethod.GET, HttpMethod.POST],
      '/subscriptions/{name}': [HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE],
      '/subscriptions/{name}/events': [HttpMethod.GET],
      '/subscriptions/{name}/ack': [HttpMethod.POST],
    });

    const operateHub = this.#createFunction('OperateHub', {
      name: 'operate-hub',
      description: 'Shows operators how the hub does, and sends dead letters back',
      memorySize: 512,
      // API Gateway waits for half a minute: a redrive takes what it gets of it. Source: API Gateway quotas, HTTP APIs.
      timeout: Duration.seconds(29),
      variables: {
        ...log,
        [VARIABLES.connectionsTable]: connections.table.name,
        [VARIABLES.intakeQueueUrl]: intake.queue.queueUrl,
        [VARIABLES.intakeDeadLettersUrl]: intake.deadLetters.queue.queueUrl,
        [VARIABLES.intakeUndeliverableUrl]: intake.undeliverable.queue.queueUrl,
        [VARIABLES.doorbellQueueUrl]: doorbell.queue.queueUrl,
        [VARIABLES.doorbellDeadLettersUrl]: doorbell.deadLetters.queue.queueUrl,
        [VARIABLES.busNames]: busNames,
        [VARIABLES.issuers]: issuers,
      },
    });
    eventLog.grantReadPlaces(operateHub);
    connections.grantCount(operateHub);
    for (const letters of [intake.deadLetters, intake.undeliverable]) letters.grantRedrive(operateHub, intake.queue);
    doorbell.deadLetters.grantRedrive(operateHub, doorbell.queue);
    grantReadMetrics(operateHub);
    httpApi.route(operateHub, {
      '/operations/health': [HttpMethod.GET],
      '/operations/metrics': [HttpMethod.GET],
      '/operations/dead-letters': [HttpMethod.GET],
      '/operations/dead-letters/redrive': [HttpMethod.POST],
    });

    if (environment.servesDescriptions) {
      const describeApi = this.#createFunction('DescribeApi', {
        name: 'describe-api',
        description: 'Serves openapi.json and asyncapi.json',
        memorySize: 256,
        timeout: Duration.seconds(10),
        variables: {
          [VARIABLES.apiUrl]: apiUrl,
          [VARIABLES.socketEndpoint]: socketUrl,
          [VARIABLES.issuers]: issuers,
          [VARIABLES.readScope]: readScope,
        },
      });
      httpApi.route(
        describeApi,
        { '/openapi.json': [HttpMethod.GET], '/asyncapi.json': [HttpMethod.GET] },
        DESCRIPTIONS,
      );
    }

    if (environment.watched) {
      new Watching(this, 'Watching', {
        hub: {
          functions: this.#functions,
          intake,
          doorbell,
          tables: [eventLog.table, connections.table],
          buses,
          httpApi,
          socketApi,
        },
        alarmTopics: environment.alarmTopics,
      });
    }

    const [issuer] = environment.issuers;
    this.#createOutputs({
      ApiUrl: apiUrl,
      SocketUrl: socketUrl,
      // Operators reach sockets past the front door, as the functions do.
      ...(frontDoor !== undefined && { ConnectionsUrl: socketApi.connectionsUrl }),
      ...(site !== undefined && { ConsoleUrl: site.url }),
      Issuer: issuer?.issuer ?? '',
      Audience: issuer?.audience ?? '',
      Region: this.region,
      BusNames: busNames,
      EventLogTable: eventLog.table.name,
      ConnectionsTable: connections.table.name,
      IntakeQueueUrl: intake.queue.queueUrl,
      IntakeDeadLettersUrl: intake.deadLetters.queue.queueUrl,
      IntakeUndeliverableUrl: intake.undeliverable.queue.queueUrl,
      DoorbellQueueUrl: doorbell.queue.queueUrl,
      DoorbellDeadLettersUrl: doorbell.deadLetters.queue.queueUrl,
    });
  }

  /** The only way in where a firewall stands before it. */
  #createFrontDoor(httpApi: HttpApi, socketApi: SocketApi): FrontDoor | undefined {
    const { webAcl } = this.#environment;
    if (webAcl === undefined) return undefined;
    const frontDoor = new FrontDoor(this, 'FrontDoor', { webAcl, httpApi, socketApi });
    httpApi.admitByFrontDoor(
      this.#createFunction('CheckFrontDoor', {
        name: 'check-front-door',
        description: 'Lets requests in that came through the firewall',
        memorySize: 256,
        timeout: Duration.seconds(5),
        variables: frontDoor.variables,
      }),
    );
    return frontDoor;
  }

  #createConsole(folder: string): ConsoleSite | undefined {
    const environment = this.#environment;
    if (environment.console === undefined) return undefined;
    return new ConsoleSite(this, 'Console', {
      environment,
      options: environment.console,
      folder,
      removalPolicy: this.#removalPolicy,
      logKey: this.#key,
      logRetention: environment.logRetentionDays,
    });
  }

  #createBuses(schemasFolder: string, intake: Intake): readonly ModuleBus[] {
    const scope = new Construct(this, 'Modules');
    const modules = readModules(schemasFolder);
    checkProducers(this.#environment, modules);
    const { archiveDays, name, producers } = this.#environment;
    return modules.map((module) => {
      const bus = new ModuleBus(scope, module, {
        module,
        busName: `${this.stackName}-${module}`,
        intake,
        archiveDays,
        key: this.#key,
      });
      const access = Object.hasOwn(producers, module) ? producers[module] : undefined;
      if (access !== undefined) {
        new BusProducers(bus, 'Producers', { module, bus: bus.bus, access, path: `${name}.producers.${module}` });
      }
      return bus;
    });
  }

  /** Types of other modules than those deployed are left out: there is no bus that they could be on. */
  #registerSchemas(
    buses: readonly ModuleBus[],
    file = repositoryFolder('packages/contracts/gen/registry-schemas.json'),
  ) {
    const modules = new Set(buses.map(({ module }) => module));
    new SchemaRegistry(this, 'SchemaRegistry', {
      registryName: this.stackName,
      schemas: readRegistrySchemas(file).filter(({ module }) => modules.has(module)),
    });
  }

  #createFunction(
    id: string,
    props: Omit<
      HubFunctionProps,
      'bundlesFolder' | 'logKey' | 'logRetention' | 'logRemovalPolicy' | 'reservedConcurrency' | 'tracing'
    >,
  ): HubFunction {
    const created = new HubFunction(this, id, {
      ...props,
      tracing: this.#environment.tracing,
      reservedConcurrency: reservedFor(props.name, this.#environment),
      bundlesFolder: this.#bundlesFolder,
      logKey: this.#key,
      logRetention: this.#environment.logRetentionDays,
      logRemovalPolicy: this.#removalPolicy,
    });
    this.#functions.push(created);
    return created;
  }

  /** Outputs have fixed names: clients and the acceptance suite read them. */
  #createOutputs(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, `${name}Output`, { value }).overrideLogicalId(name);
  }
}

function reservedFor(name: string, { reservedConcurrency }: Environment): number | undefined {
  const reservable = RESERVABLE_FUNCTIONS.find((one) => one === name);
  return reservable === undefined ? undefined : reservedConcurrency[reservable];
}

const repositoryFolder = (folder: string): string => fileURLToPath(new URL(`../${folder}`, import.meta.url));
