export { type BusClientOptions, TidingsBusClient } from './publish/bus-client.ts';
export { BUSES_VARIABLE, type Buses, busesFromEnvironment, type ModuleName } from './publish/buses.ts';
