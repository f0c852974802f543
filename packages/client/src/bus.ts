export { type BusClientOptions, TidingsBusClient } from './publish/bus-client.ts';
export type { Buses, ModuleName } from './publish/buses.ts';
