import { Aws } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** What DynamoDB does with a key on behalf of who reads a table, and of who writes one. */
const READ_TABLE = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITE_TABLE = [...READ_TABLE, 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** Source: SQS developer guide, "Amazon SQS Key management", producer and consumer permissions. */
const SEND = ['kms:GenerateDataKey', 'kms:Decrypt'];
const RECEIVE = ['kms:Decrypt'];

/**
 * The KMS key of whoever runs the hub. It is made elsewhere, so this stack cannot change its policy: that has to let in
 * EventBridge, CloudWatch Logs and, through IAM, this account. `docs/protecting.md` has one.
 */
export class HubKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, arn: string) {
    super(scope, id);
    this.key = Key.fromKeyArn(this, 'Key', arn);
  }

  /** Reading or writing tables under this key, and nothing else with it. */
  grantTables(grantee: IGrantable, access: 'read' | 'write'): Grant {
    return this.#grant(grantee, 'dynamodb', access === 'read' ? READ_TABLE : WRITE_TABLE);
  }

  /** Sending to queues under this key, and nothing else with it. */
  grantSend(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'sqs', SEND);
  }

  /** Receiving from queues under this key, and nothing else with it. */
  grantReceive(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'sqs', RECEIVE);
  }

  #grant(grantee: IGrantable, service: 'dynamodb' | 'sqs', actions: readonly string[]): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com` } },
    });
  }
}

/** Queues are encrypted in any case: under the key, or under one of SQS. */
export const encryptionOfQueue = (key: HubKey | undefined): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> =>
  key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key.key };
