import { runCheck } from './check-command.ts';
import { runAsProcess } from './run-command.ts';

await runAsProcess(runCheck);
