// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Fn::Sub templates.
import { describe, expect, it } from 'vitest';
import type { Surroundings } from './resource-types.ts';
import { Template } from './template.ts';

const at: Surroundings = {
  stackName: 'tidings-dev',
  region: 'eu-north-1',
  accountId: '000000000000',
  awsEndpointUrl: 'http://127.0.0.1:4101',
  apiHost: '127.0.0.1:4100',
  consoleHost: '127.0.0.1:4103',
};
const queue = { Type: 'AWS::SQS::Queue' };
const load = (Resources: object, more: object = {}) => new Template({ Resources, ...more }, at);
const output = (Value: unknown, Resources: object = { Queue: queue }) =>
  load(Resources, { Outputs: { It: { Value } } }).outputs['It'];

describe('a template', () => {
  it.each([
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-north-1'],
    ['Ref to a resource', { Ref: 'Queue' }, 'http://127.0.0.1:4101/000000000000/tidings-dev-Queue'],
    [
      'Fn::GetAtt as a list',
      { 'Fn::GetAtt': ['Queue', 'Arn'] },
      'arn:aws:sqs:eu-north-1:000000000000:tidings-dev-Queue',
    ],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.QueueName' }, 'tidings-dev-Queue'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Partition' }]] }, 'a-aws'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    [
      'Fn::Sub',
      { 'Fn::Sub': '${!literal} ${AWS::AccountId} ${Queue.QueueName}' },
      '${literal} 000000000000 tidings-dev-Queue',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${x}!', { x: { Ref: 'AWS::StackName' } }] }, 'tidings-dev!'],
  ])('resolves %s', (_name, value, expected) => {
    expect(output(value)).toBe(expected);
  });

  it('gives the two kinds of API their endpoints', () => {
    const api = (ProtocolType: string) => ({ Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType } });
    const resources = { Http: api('HTTP'), Sockets: api('WEBSOCKET') };
    expect(output({ 'Fn::GetAtt': ['Http', 'ApiEndpoint'] }, resources)).toBe('http://127.0.0.1:4100');
    expect(output({ 'Fn::GetAtt': ['Sockets', 'ApiEndpoint'] }, resources)).toBe('ws://127.0.0.1:4100');
  });

  it('takes numbers and flags that are written as text', () => {
    const [resource] = load({ Queue: { ...queue, Properties: { DelaySeconds: '5', FifoQueue: 'false' } } }).resources(
      'AWS::SQS::Queue',
    );
    expect(resource?.properties.number('DelaySeconds')).toBe(5);
    expect(resource?.properties.flag('FifoQueue')).toBe(false);
  });

  it.each([
    [
      'a resource type',
      { Foo: { Type: 'AWS::Kinesis::Stream' } },
      /Resource "Foo" has type AWS::Kinesis::Stream, which the sandbox does not know\. It knows: .*AWS::SQS::Queue/,
    ],
    [
      'a property',
      { Foo: { ...queue, Properties: { Colour: 'red' } } },
      /Resource "Foo" has type AWS::SQS::Queue, whose property Colour the sandbox does not know/,
    ],
    [
      'a property below another',
      { Foo: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Arn: 'a', Id: 'b', KinesisParameters: {} }] } } },
      /Resource "Foo" .* property Targets\[0\]\.KinesisParameters/,
    ],
    [
      'an intrinsic function',
      { Foo: { ...queue, Properties: { QueueName: { 'Fn::Base64': 'x' } } } },
      /Resource "Foo" \(AWS::SQS::Queue\), QueueName: uses Fn::Base64, which the sandbox does not know/,
    ],
    [
      'a reference to nothing',
      { Foo: { ...queue, Properties: { QueueName: { Ref: 'Bar' } } } },
      /Resource "Foo" .*QueueName: refers to "Bar", which is no resource/,
    ],
    [
      'an attribute',
      {
        Foo: { ...queue, Properties: { RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Foo', 'Colour'] } } } },
      },
      /Resource "Foo" .*no attribute Colour of "Foo"/,
    ],
    [
      'a name that refers to itself',
      { Foo: { ...queue, Properties: { QueueName: { Ref: 'Foo' } } } },
      /the name of "Foo" .* refers to itself/,
    ],
    ['a condition', { Foo: { ...queue, Condition: 'Sometimes' } }, /Resource "Foo" .* has a Condition/],
    [
      'toString as an attribute',
      { Foo: { ...queue, Properties: { QueueName: { 'Fn::GetAtt': ['Foo', 'toString'] } } } },
      /no attribute toString/,
    ],
  ])('is refused for %s that the sandbox does not know', (_name, resources, message) => {
    expect(() => load(resources)).toThrow(message);
  });

  it('is refused for a section that the sandbox does not know', () => {
    expect(() => load({}, { Mappings: {} })).toThrow(/section "Mappings"/);
  });

  it('names the property whose value has the wrong type', () => {
    const [resource] = load({ Foo: { ...queue, Properties: { DelaySeconds: 'soon' } } }).resources('AWS::SQS::Queue');
    expect(() => resource?.properties.number('DelaySeconds')).toThrow(
      'Resource "Foo" (AWS::SQS::Queue), DelaySeconds: found "soon", expected a number',
    );
  });
});
