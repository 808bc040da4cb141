export { CannotStart } from './cannot-start.ts';
export { type Config, type ConfigOutcome, isLoopback, readConfig } from './config.ts';
export { keyFile } from './key-file.ts';
export { openSeal, type Seal } from './seal.ts';
export { configurationHelp, configurationTable } from './table.ts';
