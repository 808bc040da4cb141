export * from './csms/index.ts';
export * from './messages/index.ts';
export * from './rpc/index.ts';
export { type JsonSchema, prepareSchemas, schemaOf } from './schemas/index.ts';
export * from './station/index.ts';
export * from './versions/index.ts';
