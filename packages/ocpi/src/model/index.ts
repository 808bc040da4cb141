/** The internal model of this library: OCPI 2.3.0 as on the wire (snake_case), plus the documented extensions. */
export * from './cdrs.ts';
export * from './charging-profiles.ts';
export * from './commands.ts';
export * from './credentials.ts';
export { formatDateTime, parseDateTime } from './date-time.ts';
export { stripExtensions } from './extensions.ts';
export * from './hub-client-info.ts';
export { KINDS, type Kind, type KindType, schemaOf } from './kinds.ts';
export * from './location-values.ts';
export * from './locations.ts';
export * from './price.ts';
export { AGREEMENTS, type Agreement, type Open } from './primitives.ts';
export * from './sc-optimisation.ts';
export * from './sessions.ts';
export * from './tariffs.ts';
export * from './tokens.ts';
export { type Validation, validate } from './validate.ts';
export * from './versions.ts';
