export * from './csms/index.ts';
export * from './messages/index.ts';
export * from './rpc/index.ts';
export { prepareSchemas } from './schemas/index.ts';
export * from './station/index.ts';
export * from './versions/index.ts';
