export { type Checked, PayloadChecks, payloadChecks, prepareSchemas } from './check.ts';
export { type JsonSchema, type PayloadKind, resolved, schemaCount, schemaOf } from './schema.ts';
