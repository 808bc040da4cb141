export { type ApiHost, createApi } from './create-api.ts';
export { isTileArchive } from './map-tiles.ts';
export type { ApiSurroundings } from './surroundings.ts';
