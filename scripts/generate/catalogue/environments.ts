import { ENVIRONMENTS } from '../../../lib/environments.ts';

/** Names of the environments that the hub is deployed to, in the order in which a change travels. */
export const environmentNames = (): readonly string[] => Object.keys(ENVIRONMENTS);
