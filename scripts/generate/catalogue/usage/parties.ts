import type { EventSchema } from '../../event-schema.ts';

/** Who publishes events of a type, in its examples. */
export const clientOf = ({ producers, module }: EventSchema): string => producers[0] ?? `${module}-service`;

/** Who receives them: a page in a browser listens live; who needs a durable subscription is a service. */
export const consumerOf = ({ consumers, module }: EventSchema): string =>
  consumers.find((name) => !/(?:web|app|console)/.test(name)) ?? `${module}-consumer`;
