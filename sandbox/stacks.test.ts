import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { startFixture, writeAssembly } from './fixture/assembly.ts';
import { clientsOf } from './fixture/clients.ts';

const bus = { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bank' } } };

/** An assembly with a stack of another name. */
function assemblyOf(stackName: string, template: object): string {
  const folder = writeAssembly({ resources: {} });
  const manifest = {
    [stackName]: { type: 'aws:cloudformation:stack', properties: { templateFile: 'producer.json' } },
    tree: { type: 'cdk:tree' },
  };
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ artifacts: manifest }));
  renameSync(path.join(folder, 'tidings-dev.template.json'), path.join(folder, 'producer.json'));
  writeFileSync(path.join(folder, 'producer.json'), JSON.stringify(template));
  return folder;
}

const consumer = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: 'bank',
        EventPattern: { source: ['a'] },
        State: 'ENABLED',
        Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
  },
  Outputs: { QueueUrl: { Value: { Ref: 'Queue' } } },
};

describe('stacks beside the hub', () => {
  it('find what the hub has by its name, and tell their outputs', async () => {
    const sandbox = await startFixture({ resources: bus }, { with: [assemblyOf('consumer', consumer)] });
    expect(sandbox.outputs).toEqual({ consumer: { QueueUrl: expect.stringContaining('/consumer-Queue') } });
    const { eventBridge, sqs } = clientsOf(sandbox.target);
    const entry = { EventBusName: 'bank', Source: 'a', DetailType: 'b', Detail: '{}' };
    await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
    const QueueUrl = sandbox.outputs['consumer']?.['QueueUrl'];
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 8 }));
    expect(JSON.parse(Messages?.[0]?.Body ?? '{}')).toMatchObject({ source: 'a', 'detail-type': 'b' });
  });

  it.each<[string, () => string, RegExp]>([
    ['no assembly', () => '/nowhere', /^\/nowhere\/manifest\.json: ENOENT/],
    ['the name of another', () => assemblyOf('tidings-dev', consumer), /found another stack tidings-dev, expected one/],
    [
      'an API',
      () =>
        assemblyOf('producer', {
          Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } } },
        }),
      /Resource "Api" .*ProtocolType: found an API in a stack beside the hub/,
    ],
    [
      'a resource that the sandbox does not know',
      () => assemblyOf('producer', { Resources: { Bucket: { Type: 'AWS::EFS::FileSystem' } } }),
      /Resource "Bucket" has type AWS::EFS::FileSystem, which the sandbox does not know/,
    ],
  ])('stop it if one has %s', async (_name, folder, message) => {
    await expect(startFixture({ resources: bus }, { with: [folder()] })).rejects.toThrow(message);
  });
});
