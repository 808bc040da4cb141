export { type ApiHost, createApi } from './create-api.ts';
export type { ApiSurroundings } from './surroundings.ts';
