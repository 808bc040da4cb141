export type { BackOff, DialOptions, Disconnection, StationLine, StationTls } from './dial.ts';
