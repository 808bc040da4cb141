export type { BackOff, DialOptions, Disconnection, StationLine, StationTls } from './dial.ts';
export { dialStation, waitMs } from './line.ts';
