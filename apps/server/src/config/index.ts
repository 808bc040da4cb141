export { CannotStart } from './cannot-start.ts';
export { type Config, type ConfigOutcome, isLoopback, readConfig } from './config.ts';
export { keyFile } from './key-file.ts';
export { configurationHelp, configurationTable } from './table.ts';
