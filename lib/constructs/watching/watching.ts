import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmDefinition } from './alarm-definition.ts';
import { HubDashboard } from './dashboard.ts';
import { entranceAlarms } from './entrance-alarms.ts';
import { pathAlarms } from './path-alarms.ts';
import { platformAlarms } from './platform-alarms.ts';
import type { WatchedHub } from './watched-hub.ts';

/** Where every alarm has a section of its name. */
const RUN_BOOK = 'docs/run-book.md';

export interface WatchingProps {
  readonly hub: WatchedHub;
  /** ARNs of SNS topics that are told when an alarm begins and when it is over. */
  readonly alarmTopics: readonly string[];
}

/** The alarms and the dashboard of an environment. */
export class Watching extends Construct {
  constructor(scope: Construct, id: string, { hub, alarmTopics }: WatchingProps) {
    super(scope, id);
    const actions = alarmTopics.map((arn, index) => new SnsAction(Topic.fromTopicArn(this, `Topic${index}`, arn)));
    const definitions = [...pathAlarms(this, hub), ...entranceAlarms(this, hub), ...platformAlarms(hub)];
    const alarms = definitions.map((definition) => this.#createAlarm(definition));
    for (const alarm of alarms) {
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
    }
    new HubDashboard(this, 'Dashboard', { hub, alarms });
  }

  #createAlarm({ id, sentence, metric, threshold, within }: AlarmDefinition): Alarm {
    return new Alarm(this, id, {
      alarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: `${sentence} ${RUN_BOOK}#${id.replace(/-\d+$/, '')}`,
      metric,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold,
      evaluationPeriods: within?.periods ?? 1,
      datapointsToAlarm: within?.breaching ?? 1,
      // Where nothing happens, nothing is reported: that is no reason to wake anybody.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
