import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { createApp, resources } from './synthesize.ts';

it('an environment that is not watched has neither alarms nor a dashboard, and everything else', () => {
  const templateOf = (watched: boolean) =>
    resources(Template.fromStack(createApp('dev', undefined, undefined, { watched }).stack));
  const [watched, unwatched] = [templateOf(true), templateOf(false)];
  const watching = Object.entries(watched).filter(([id]) => !Object.hasOwn(unwatched, id));
  const types = new Set(watching.map(([, { Type }]) => Type));
  expect(types).toEqual(new Set(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']));
  expect(Object.keys(unwatched).filter((id) => !Object.hasOwn(watched, id))).toEqual([]);
});
