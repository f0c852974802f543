import { terminalQuestions } from './draft/questions.ts';
import { runNew } from './new-command.ts';
import { runAsProcess } from './run-command.ts';

await runAsProcess((args, around) => runNew(args, around, terminalQuestions));
