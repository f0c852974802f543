import { existsSync, readdirSync } from 'node:fs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { processTree, type RunningProcess } from '../acceptance/process-tree.ts';
import type { Target } from '../acceptance/target.ts';

/** What a running sandbox holds at one moment. */
export interface Holdings {
  /** Resident bytes by what the process does. */
  readonly memory: Readonly<Record<ProcessRole, number>>;
  readonly processes: number;
  /** Threads of all processes; `undefined` where the system does not tell. */
  readonly threads: number | undefined;
  /** Open files and sockets of all processes; `undefined` where the system does not tell. */
  readonly files: number | undefined;
  /** Rows of sockets in the registry. */
  readonly rows: number;
  /** Messages by queue, waiting and under way. */
  readonly messages: Readonly<Record<string, number>>;
}

/** The sandbox itself; the engine of its tables; what compiles its TypeScript when it starts. */
export const PROCESS_ROLES = ['sandbox', 'engine', 'compiler'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** The part of a registry's partition key that tells a socket's row from what else the table holds. */
const SOCKET_ROW = 'T#';

type SandboxTarget = Target & {
  readonly tables: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<string, string>>;
};

/** Looks at a sandbox from outside: at its processes, its registry of sockets and its queues. */
export class HubWatcher {
  readonly #pid: number;
  readonly #target: SandboxTarget;
  readonly #database: DynamoDBClient;
  readonly #queues: SQSClient;

  constructor(pid: number, target: Target) {
    this.#pid = pid;
    this.#target = target as SandboxTarget;
    const options = {
      region: target.region,
      ...(target.awsEndpointUrl !== undefined && { endpoint: target.awsEndpointUrl }),
      credentials: { accessKeyId: 'watch', secretAccessKey: 'watch' },
    };
    this.#database = new DynamoDBClient(options);
    this.#queues = new SQSClient(options);
  }

  async look(): Promise<Holdings> {
    const processes = processTree(this.#pid);
    const memory = { sandbox: 0, engine: 0, compiler: 0 };
    for (const one of processes) memory[roleOf(one)] += one.memory;
    return {
      memory,
      processes: processes.length,
      threads: countEntries(processes, 'task'),
      files: countEntries(processes, 'fd'),
      rows: await this.#countRows(),
      messages: Object.fromEntries(
        await Promise.all(
          Object.entries(this.#target.queues).map(
            async ([name, url]) => [name, await this.#countMessages(url)] as const,
          ),
        ),
      ),
    };
  }

  async #countRows(): Promise<number> {
    const { Count = 0 } = await this.#database.send(
      new ScanCommand({
        TableName: this.#target.tables['connections'],
        Select: 'COUNT',
        ConsistentRead: true,
        FilterExpression: 'begins_with(PK, :sockets)',
        ExpressionAttributeValues: { ':sockets': { S: SOCKET_ROW } },
      }),
    );
    return Count;
  }

  async #countMessages(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.#queues.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}

const roleOf = ({ command }: RunningProcess): ProcessRole => {
  if (command.includes('sandbox/main.ts')) return 'sandbox';
  return command.includes('esbuild') ? 'compiler' : 'engine';
};

/** Entries below `/proc/<pid>/`, which Linux has. */
function countEntries(processes: readonly RunningProcess[], folder: 'task' | 'fd'): number | undefined {
  if (!existsSync('/proc/self/task')) return undefined;
  return processes.reduce((sum, { pid }) => {
    try {
      return sum + readdirSync(`/proc/${pid}/${folder}`).length;
    } catch {
      // It has ended since it was listed.
      return sum;
    }
  }, 0);
}
