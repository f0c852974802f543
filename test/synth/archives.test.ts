import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createApp } from './synthesize.ts';

const templateWith = (archiveDays: number): Template =>
  Template.fromStack(createApp('dev', undefined, undefined, { archiveDays }).stack);

describe('archives', () => {
  it('keep what was put on each bus for as long as the environment says', () => {
    const template = templateWith(30);
    for (const module of ['bank', 'community']) {
      template.hasResourceProperties('AWS::Events::Archive', {
        SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Modules${module}Bus`), 'Arn'] },
        EventPattern: { source: [{ prefix: '' }] },
        RetentionDays: 30,
      });
    }
    template.resourceCountIs('AWS::Events::Archive', 2);
  });

  it('are not there where an environment wants none', () => {
    const template = templateWith(0);
    expect(template.findResources('AWS::Events::Archive')).toEqual({});
  });
});
