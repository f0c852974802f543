import { runPublish } from './publish-command.ts';
import { runAsProcess } from './run-command.ts';

await runAsProcess(runPublish);
