import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CODED_METRICS, COUNTED_METRICS, EMITTERS, MEASURED_METRICS, type MetricName } from '../../lambdas/metrics.ts';
import { type AlarmProperties, TemplateAlarm } from '../alarms/template-alarm.ts';
import { createApp, resources, schemasOf, synthesize } from './synthesize.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STACK = 'tidings-dev';
const template = synthesize();
const runBook = readFileSync(path.join(ROOT, 'docs/run-book.md'), 'utf8');

const alarmsOf = (of: Template): readonly AlarmProperties[] =>
  Object.values(resources(of, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties as AlarmProperties);
const alarms = alarmsOf(template);
const [dashboard] = Object.values(resources(template, 'AWS::CloudWatch::Dashboard'));
/** The body with what CloudFormation fills in left out. */
const body = JSON.stringify(dashboard?.Properties.DashboardBody);

const ours = { ...COUNTED_METRICS, ...CODED_METRICS, ...MEASURED_METRICS };
const memberOf = (name: string): string => {
  const kinds = { COUNTED_METRICS, CODED_METRICS, MEASURED_METRICS };
  const found = Object.entries(kinds).flatMap(([kind, names]) =>
    Object.entries(names).flatMap(([key, value]) => (value === name ? [`${kind}.${key}`] : [])),
  );
  return found[0] ?? `no metric ${name}`;
};

describe('alarms', () => {
  it('are few enough to be paid for and read', () => {
    expect(alarms.length).toBeGreaterThan(15);
    expect(alarms.length).toBeLessThan(30);
  });

  it('each have one section in the run-book, and every section an alarm', () => {
    const sections = [...runBook.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
    expect(sections.toSorted()).toEqual(alarms.map(({ AlarmName }) => AlarmName.slice(STACK.length + 1)).sort());
  });

  it.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))('%s: one sentence and a link', (name, alarm) => {
    expect(alarm.AlarmDescription).toMatch(/^[A-Z][^.]+\. docs\/run-book\.md#[a-z-]+$/);
    expect(alarm.AlarmDescription.split('#')[1]).toBe(name.slice(STACK.length + 1));
  });

  it.each(['Means', 'Who notices', 'Look at', 'Do'])('say in the run-book under "%s" what they should', (heading) => {
    expect(runBook.split(`**${heading}.** `)).toHaveLength(alarms.length + 1);
  });

  it('look at no more metrics than an alarm may', () => {
    const most = Math.max(...alarms.map((alarm) => new TemplateAlarm(alarm).metrics.length));
    expect(most).toBeLessThanOrEqual(10);
  });

  it('tell nobody unless there are topics, and these about beginning and end', () => {
    expect(alarms.flatMap(({ AlarmActions = [], OKActions = [] }) => [...AlarmActions, ...OKActions])).toEqual([]);
    const topic = 'arn:aws:sns:eu-north-1:123456789012:on-call';
    const { stack } = createApp('dev', undefined, undefined, { alarmTopics: [topic] });
    for (const { AlarmActions, OKActions } of alarmsOf(Template.fromStack(stack))) {
      expect([AlarmActions, OKActions]).toEqual([[topic], [topic]]);
    }
  });

  it('watch every bus, however many modules there are', () => {
    const modules = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const many = alarmsOf(synthesize('dev', schemasOf(...modules))).filter(({ AlarmName }) =>
      /bus-delivery/.test(AlarmName),
    );
    expect(many.map(({ AlarmName }) => AlarmName)).toEqual(
      ['', '-2'].map((end) => `${STACK}-bus-delivery-fails${end}`),
    );
    const watched = many.flatMap((alarm) => new TemplateAlarm(alarm).metrics.map(({ dimensions }) => dimensions));
    expect(new Set(watched.map((dimensions) => JSON.stringify(dimensions))).size).toBe(modules.length);
  });
});

describe('metrics of ours', () => {
  const watched = alarms
    .flatMap((alarm) => new TemplateAlarm(alarm).metrics)
    .filter(({ namespace }) => namespace === STACK);

  it('that an alarm looks at are written by the function that it names', () => {
    expect(watched.length).toBeGreaterThan(15);
    const unknown = watched.filter(
      ({ name, dimensions }) => !EMITTERS[name as MetricName]?.some((service) => service === dimensions['service']),
    );
    expect(unknown).toEqual([]);
  });

  it.each(Object.entries(EMITTERS))('%s is counted by the functions that are said to', (name, services) => {
    for (const service of services) {
      const source = readFileSync(path.join(ROOT, 'lambdas', service, 'handler.ts'), 'utf8');
      expect(source).toContain(memberOf(name));
    }
  });

  it('are all on the dashboard, and in the run-book', () => {
    const names = Object.values(ours);
    expect(names.filter((name) => !body.includes(name))).toEqual([]);
    expect(names.filter((name) => !runBook.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it('are searched for by code under the name of the stack in quotes, without which a hyphen finds nothing', () => {
    const searched = [...body.matchAll(/SEARCH\('\{([^}]*)\} MetricName=\W*(\w+)/g)];
    expect(searched.map(([, , name]) => name).sort()).toEqual(Object.values(CODED_METRICS).sort());
    const schemas = new Set(searched.map(([, schema = '']) => schema.replaceAll('\\', '')));
    expect(schemas).toEqual(new Set([`"${STACK}",service,code`]));
  });

  it('are alone on the dashboard under the name of the stack', () => {
    const named = [...body.matchAll(new RegExp(String.raw`\[\\"${STACK}\\",\\"(\w+)\\"`, 'g'))].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !Object.values<string>(ours).includes(name ?? ''))).toEqual([]);
  });
});

describe('the run-book', () => {
  it('links to sections and files that are there', () => {
    const anchors = [...runBook.matchAll(/\]\(#([a-z-]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...runBook.matchAll(/^#{2,3} (.+)$/gm)].map(([, title = '']) => title);
    const sections = headings.map((title) => title.toLowerCase().replaceAll(' ', '-'));
    expect(anchors.filter((anchor = '') => !sections.includes(anchor))).toEqual([]);
  });

  it('sends nobody to deploy what was changed by hand: no template differs then, and nothing is deployed', () => {
    expect(runBook).not.toMatch(/deploy again/i);
    expect(runBook).toMatch(/^npx cdk deploy tidings-ENV -c environment=ENV --revert-drift$/m);
  });

  it('names no option that the CDK does not have', () => {
    const run = spawnSync(process.execPath, ['node_modules/aws-cdk/bin/cdk', 'deploy', '--help'], { cwd: ROOT });
    expect(run.stdout.toString()).toContain('--revert-drift');
  });
});
