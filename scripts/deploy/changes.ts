import { isDeepStrictEqual } from 'node:util';
import { fullDiff, type ResourceDifference, ResourceImpact, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import type { Stack } from '@aws-sdk/client-cloudformation';
import type { SynthesizedStack } from './assembly.ts';
import { looserRules } from './looser-rules.ts';

/** A template of CloudFormation. */
export type Template = Readonly<Record<string, unknown>>;

/** What deploying would do. */
export interface Changes {
  /** Whether there is nothing to deploy: template, tags and protection are what they are to be. */
  readonly none: boolean;
  readonly difference: TemplateDiff;
  /** Changes of a stack that are in no template, for people. */
  readonly ofStack: readonly string[];
  /** What would take data away, or what keeps it: a line each, for people. */
  readonly destructive: readonly string[];
  /** Whether what is deployed was to be kept: who takes that back does not thereby consent to what goes. */
  readonly wasKept: boolean;
}

/** What a resource is about to suffer. */
const LOSSES: Readonly<Partial<Record<ResourceImpact, string>>> = {
  [ResourceImpact.WILL_DESTROY]: 'is deleted',
  [ResourceImpact.WILL_ORPHAN]: 'leaves the stack, and stays in the account without it',
  [ResourceImpact.WILL_REPLACE]: 'is replaced by a new, empty one',
  [ResourceImpact.MAY_REPLACE]: 'may be replaced by a new, empty one',
};

/**
 * Types that hold nothing and have no address that anybody outside the stack knows, so that one may go and come again.
 * A type that is not here is taken for one with data: to ask once too often costs a word, not to ask may cost a table.
 */
export const HOLDS_NOTHING: readonly string[] = [
  'AWS::ApiGateway::Account',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::IntegrationResponse',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::CDK::Metadata',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EventSchemas::Schema',
  'AWS::Events::EventBusPolicy',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::ResourcePolicy',
  'AWS::Logs::SubscriptionFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::XRay::SamplingRule',
  'Custom::CDKBucketDeployment',
  'Custom::S3AutoDeleteObjects',
];

/**
 * Compares what is synthesized with what is deployed.
 * @param deployed nothing for a stack that is new
 */
export function compare(
  { template, tags, terminationProtection }: SynthesizedStack,
  deployed?: { readonly template: Template; readonly stack: Stack },
): Changes {
  const current = deployed?.template ?? {};
  const difference = fullDiff(current, template);
  const ofStack = deployed === undefined ? [] : changesOfStack(deployed.stack, tags, terminationProtection);
  const destructive: string[] = [];
  difference.resources.forEachDifference((id, change) => destructive.push(...lossesOf(id, change)));
  const wasKept = deployed?.stack.EnableTerminationProtection === true;
  if (wasKept && !terminationProtection) {
    destructive.push('The stack loses its protection against deletion.');
  }
  return {
    none: deployed !== undefined && isDeepStrictEqual(current, template) && ofStack.length === 0,
    difference,
    ofStack,
    destructive,
    wasKept,
  };
}

function lossesOf(id: string, change: ResourceDifference): readonly string[] {
  const type = change.oldResourceType ?? change.newResourceType ?? '';
  const loss = HOLDS_NOTHING.includes(type) ? undefined : LOSSES[change.changeImpact];
  if (loss !== undefined) return [`${id} (${type}) ${loss}${causesOf(change)}.`];
  const { oldValue, newValue } = change;
  if (oldValue === undefined || newValue === undefined) return [];
  return looserRules(type, oldValue, newValue).map((rule) => `${id} (${type}): ${rule}`);
}

/** The properties that cannot be changed in place. */
function causesOf({ propertyUpdates }: ResourceDifference): string {
  const causes = Object.entries(propertyUpdates)
    .filter(([, { changeImpact }]) => changeImpact !== undefined && LOSSES[changeImpact] !== undefined)
    .map(([name]) => name);
  return causes.length === 0 ? '' : `, because of ${causes.join(', ')}`;
}

function changesOfStack(
  { Tags: found = [], EnableTerminationProtection: isProtected = false }: Stack,
  tags: SynthesizedStack['tags'],
  terminationProtection: boolean,
): readonly string[] {
  const before = Object.fromEntries(found.map(({ Key = '', Value = '' }) => [Key, Value]));
  return [
    ...(isDeepStrictEqual(before, { ...tags })
      ? []
      : [`tags: ${JSON.stringify(before)} become ${JSON.stringify(tags)}`]),
    ...(isProtected === terminationProtection
      ? []
      : [`termination protection: ${isProtected} becomes ${terminationProtection}`]),
  ];
}
