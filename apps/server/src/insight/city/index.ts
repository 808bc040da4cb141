/** Figures for a city: aggregates over every operator, small counts withheld. */
export { type City, type CityQuery, createCity, type SocketLine } from './city.ts';
export { csvOf } from './csv.ts';
export type { Period } from './facts.ts';
export { daysOf } from './local-time.ts';
export { type CityReports, createCityReports } from './reports.ts';
