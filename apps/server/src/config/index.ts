export { CannotStart } from './cannot-start.ts';
export { type Config, type ConfigOutcome, readConfig } from './config.ts';
export { keyFile } from './key-file.ts';
export { LANGUAGES, type Language } from './languages.ts';
export { isLoopback } from './loopback.ts';
export { type MailServer, mailServerOf } from './mail-server.ts';
export { openSeal, type Seal } from './seal.ts';
export { configurationHelp, configurationTable } from './table.ts';
