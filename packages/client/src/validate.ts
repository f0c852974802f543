export { validateEvent } from './publish/validate-event.ts';
