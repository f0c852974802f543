import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Refused } from '../target-from-stack-options.ts';
import type { Template } from './changes.ts';
import { explainCredentials } from './explain.ts';

/** Where a cloud is. */
export interface CloudPlace {
  readonly region: string | undefined;
  /** Where an emulator answers. @default AWS */
  readonly endpoint: string | undefined;
}

/** Whose credentials deploy. */
export interface Caller {
  /** 12 digits. */
  readonly account: string;
  readonly arn: string;
}

/** What is deployed, as the role of the CDK's bootstrap may read it. */
export interface Reader {
  /** Nothing if there is no such stack. */
  readonly describeStack: (name: string) => Promise<Stack | undefined>;
  /** The template as it was uploaded. */
  readonly readTemplate: (name: string) => Promise<Template>;
}

/** By whom to read, and where. */
export interface ReadingRole {
  readonly arn: string | undefined;
  readonly account: string;
  /** That of the stack, whatever the surroundings say: in another one it would seem not to be there. */
  readonly region: string;
}

/** What this command asks AWS itself. All else is done by the CDK. */
export interface Cloud {
  /** @throws Refused if there are no credentials, or they have ended */
  readonly whoDeploys: () => Promise<Caller>;
  /**
   * Reads by a role, or by the caller's own credentials where that cannot be assumed.
   * @throws Refused if the role cannot be assumed and is another account's
   */
  readonly openReader: (role: ReadingRole) => Promise<Reader>;
}

const SESSION = 'tidings-deploy';

/** AWS, or an emulator, by its SDK. */
export function openAws({ region, endpoint }: CloudPlace): Cloud {
  const options = { ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }) };
  const sts = new STSClient(options);
  const whoDeploys = async (): Promise<Caller> => {
    try {
      const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    } catch (cause) {
      throw explainCredentials(cause);
    }
  };
  return {
    whoDeploys,
    openReader: async ({ arn, account, region }) => {
      const place = { ...options, region };
      const partition = (await whoDeploys()).arn.split(':')[1] ?? 'aws';
      // The CDK leaves the partition to whoever assumes the role.
      const RoleArn = arn?.replace(/\$\{AWS::Partition\}/, partition);
      if (RoleArn === undefined) return readerBy(new CloudFormationClient(place));
      try {
        const { Credentials: found } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: SESSION }));
        const credentials = {
          accessKeyId: found?.AccessKeyId ?? '',
          secretAccessKey: found?.SecretAccessKey ?? '',
          ...(found?.SessionToken !== undefined && { sessionToken: found.SessionToken }),
        };
        return readerBy(new CloudFormationClient({ ...place, credentials }));
      } catch (cause) {
        const caller = await whoDeploys();
        if (caller.account === account) return readerBy(new CloudFormationClient(place));
        throw new Refused(
          `${RoleArn}: cannot be assumed by ${caller.arn}. Use credentials of the account ${account}, or let its ` +
            `bootstrap trust yours: npx cdk bootstrap aws://${account}/${region} --trust ${caller.account}`,
          { cause },
        );
      }
    },
  };
}

const readerBy = (client: CloudFormationClient): Reader => ({
  describeStack: async (StackName) => {
    try {
      return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
    } catch (cause) {
      // How CloudFormation says that there is none. Source: CloudFormation API, DescribeStacks.
      if (cause instanceof Error && /does not exist/.test(cause.message)) return undefined;
      throw explainCredentials(cause);
    }
  },
  readTemplate: async (StackName) => {
    try {
      const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName }));
      return JSON.parse(TemplateBody) as Template;
    } catch (cause) {
      throw explainCredentials(cause);
    }
  },
});
