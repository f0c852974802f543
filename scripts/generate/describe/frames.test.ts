import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parseHubFrame } from '../../../packages/client/src/delivery/frames.ts';
import { CLIENT_ACTIONS, parseClientFrame } from '../../../packages/contracts/src/client-frames.ts';
import { generateFiles } from '../generate-files.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { clientFrames, hubFrames } from './frames.ts';

const { files } = await generateFiles('schemas');
const document = JSON.parse(files.get('packages/contracts/gen/asyncapi.json') ?? '') as {
  readonly components: {
    readonly messages: Readonly<
      Record<string, { readonly payload: JsonObject; readonly examples: readonly { readonly payload: JsonObject }[] }>
    >;
  };
  readonly channels: { readonly socket: { readonly messages: object } };
};
const { messages } = document.components;

// References lead to the whole document, so the compiler has to know it as a whole.
const ajv = new Ajv({ strict: false, allErrors: true, formats: { decimal: true } });
addFormats.default(ajv);
ajv.addSchema(document, 'asyncapi');
const errorsOf = (message: string, payload: unknown): unknown => {
  const validate = ajv.getSchema(`asyncapi#/components/messages/${message}/payload`);
  if (validate === undefined) throw new Error(`No payload of ${message}`);
  return validate(payload) ? null : validate.errors;
};

describe('asyncapi.json', () => {
  it('has a message for every action and every type of frame, on the channel of the socket', () => {
    const names = [...Object.keys(CLIENT_ACTIONS), ...Object.keys(hubFrames({}))];
    expect(Object.keys(document.channels.socket.messages)).toEqual(names);
  });

  it.each(Object.entries(messages))('has examples of %s that its own schema takes', (name, { examples }) => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.map(({ payload }) => errorsOf(name, payload))).toEqual(examples.map(() => null));
  });
});

describe('a described message of a client', () => {
  it.each(Object.entries(clientFrames))('%s has examples that the hub can read', (action, { examples }) => {
    for (const example of examples)
      expect(parseClientFrame(JSON.stringify(example))).toMatchObject({ id: example['id'] });
    expect(examples.map((example) => example['action'])).toEqual(examples.map(() => action));
  });

  it.each(Object.entries(CLIENT_ACTIONS))('%s has the members that the hub knows', (action, members) => {
    const properties = messages[action]?.payload['properties'];
    expect(isObject(properties) && Object.keys(properties)).toEqual(['action', 'id', ...members]);
  });

  it.each([
    { action: 'subscribe', subscription: 'a', filter: {} },
    { action: 'subscribe', filter: { types: [''] } },
    { action: 'subscribe', subscription: 'a b' },
    { action: 'subscribe', unknown: 1 },
    { action: 'sync' },
    { action: 'sync', cursor: { sequence: 1 } },
    { action: 'sync', cursor: { epoch: 'e'.repeat(129), sequence: 1 } },
    { action: 'sync', cursor: { epoch: 'e', sequence: 0.5 } },
    { action: 'ack', sequence: 1 },
    { action: 'token', token: '' },
    { action: 'token', token: 't', id: 'i'.repeat(129) },
  ])('is refused by the schema where the hub refuses it: %j', (frame) => {
    expect(() => parseClientFrame(JSON.stringify(frame))).toThrow();
    expect(errorsOf(frame.action, frame)).not.toBeNull();
  });
});

describe('a described message of the hub', () => {
  it.each(Object.keys(hubFrames({})))('%s has examples that the client can read', (type) => {
    const examples = messages[type]?.examples ?? [];
    for (const { payload } of examples) expect(parseHubFrame(JSON.stringify(payload))).toEqual(payload);
    expect(examples.length).toBeGreaterThan(0);
  });
});
