import { ACCESS, AT_REST, arn, LABEL, named, type ResourceType, short } from './resource-type.ts';

const DELETES = 'a sandbox without --data keeps nothing, and buckets are filled anew at each start';

const bucketName: ResourceType['ref'] = (id, values, at) => named(id, values['BucketName'], at).toLowerCase();

/** What a website is made of: a bucket, what fills it, and the distribution that serves it. */
export const WEBSITE_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::CloudFront::Distribution': {
    served: {
      DistributionConfig: {
        // For people, or for names and TLS, of which there are none here.
        Aliases: true,
        Comment: true,
        HttpVersion: true,
        IPV6Enabled: true,
        ViewerCertificate: true,
        DefaultCacheBehavior: {
          CachePolicyId: true,
          Compress: true,
          ResponseHeadersPolicyId: true,
          TargetOriginId: true,
          // There is no TLS that one could be sent to.
          ViewerProtocolPolicy: true,
        },
        DefaultRootObject: true,
        Enabled: true,
        Origins: [
          { DomainName: true, Id: true, OriginAccessControlId: true, S3OriginConfig: { OriginAccessIdentity: true } },
        ],
      },
    },
    withoutEffect: { Tags: LABEL },
    ref: (id) => short(id).toUpperCase(),
    attributes: { DomainName: (_id, _values, { consoleHost }) => consoleHost, Id: (id) => short(id).toUpperCase() },
  },
  'AWS::CloudFront::OriginAccessControl': {
    served: {
      OriginAccessControlConfig: {
        Name: true,
        OriginAccessControlOriginType: true,
        SigningBehavior: true,
        SigningProtocol: true,
      },
    },
    withoutEffect: {},
    ref: short,
    attributes: { Id: short },
  },
  'AWS::CloudFront::ResponseHeadersPolicy': {
    served: {
      ResponseHeadersPolicyConfig: {
        Comment: true,
        Name: true,
        CustomHeadersConfig: { Items: [{ Header: true, Override: true, Value: true }] },
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: true, Override: true },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: true, Override: true },
          ReferrerPolicy: { ReferrerPolicy: true, Override: true },
          StrictTransportSecurity: {
            AccessControlMaxAgeSec: true,
            IncludeSubdomains: true,
            Override: true,
            Preload: true,
          },
        },
      },
    },
    withoutEffect: {},
    ref: short,
    attributes: { Id: short },
  },
  'AWS::Lambda::LayerVersion': {
    served: {},
    withoutEffect: { Content: 'no function that runs here has a layer', Description: LABEL, LayerName: LABEL },
    ref: (id, values, at) => arn('lambda', `layer:${named(id, values['LayerName'], at)}:1`, at),
  },
  'AWS::S3::Bucket': {
    served: { BucketName: true },
    withoutEffect: {
      BucketEncryption: AT_REST,
      OwnershipControls: ACCESS,
      PublicAccessBlockConfiguration: 'nothing here serves a bucket to the public',
      Tags: LABEL,
    },
    ref: bucketName,
    attributes: {
      Arn: (...bucket) => `arn:aws:s3:::${bucketName(...bucket)}`,
      RegionalDomainName: (id, values, at) => `${bucketName(id, values, at)}.s3.${at.region}.amazonaws.com`,
    },
  },
  'AWS::S3::BucketPolicy': { served: { Bucket: true, PolicyDocument: true }, withoutEffect: {}, ref: short },
  'Custom::CDKBucketDeployment': {
    served: {
      DestinationBucketKeyPrefix: true,
      DestinationBucketName: true,
      Prune: true,
      ServiceToken: true,
      SourceBucketNames: true,
      SourceMarkers: true,
      SourceMarkersConfig: true,
      SourceObjectKeys: true,
      SystemMetadata: { 'cache-control': true },
    },
    withoutEffect: {
      OutputObjectKeys: 'nothing refers to them',
      WaitForDistributionInvalidation: 'nothing is cached, so nothing is invalidated',
    },
    ref: short,
  },
  'Custom::S3AutoDeleteObjects': { served: { ServiceToken: true }, withoutEffect: { BucketName: DELETES }, ref: short },
};
