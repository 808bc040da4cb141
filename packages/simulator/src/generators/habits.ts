import type { QuantileTable } from './quantiles.ts';

/** How people use a kind of place: distributions of arrival, stay and energy and how they hang together. */
export interface Habits {
  /** Hours of the day; above 24 = after midnight. */
  readonly arrivalH: QuantileTable;
  readonly stayH: QuantileTable;
  readonly energyKwh: QuantileTable;
  /** Rank correlations arrival-stay, arrival-energy, stay-energy. */
  readonly correlation: readonly [number, number, number];
  /** Sessions of a day relative to a Wednesday, Monday first. */
  readonly weekdays: readonly number[];
}

/**
 * Employees' car park: the 5,855 weekday sessions of the Jet Propulsion Laboratory, May to August 2019, in ACN-Data
 * (CC BY 4.0; Lee, Li, Low, e-Energy 2019): quantiles and Spearman correlations computed from that file.
 */
const WORKPLACE: Habits = {
  arrivalH: [
    [0, 4],
    [0.01, 5.22],
    [0.05, 5.8],
    [0.1, 6.07],
    [0.2, 6.5],
    [0.25, 6.68],
    [0.3, 6.85],
    [0.4, 7.12],
    [0.5, 7.35],
    [0.6, 7.57],
    [0.7, 9.68],
    [0.75, 11.97],
    [0.8, 13.27],
    [0.9, 15.72],
    [0.95, 16.61],
    [0.99, 20.01],
    [1, 22],
  ],
  stayH: [
    [0, 0.5],
    [0.01, 0.8],
    [0.05, 1.58],
    [0.1, 2.29],
    [0.2, 3.58],
    [0.25, 4.23],
    [0.3, 4.91],
    [0.4, 6.75],
    [0.5, 8.51],
    [0.6, 9.23],
    [0.7, 9.54],
    [0.75, 9.74],
    [0.8, 9.94],
    [0.9, 10.55],
    [0.95, 11.11],
    [0.99, 12.81],
    [1, 16],
  ],
  energyKwh: [
    [0, 0.51],
    [0.01, 0.8],
    [0.05, 2.46],
    [0.1, 4.49],
    [0.2, 5.95],
    [0.25, 6.63],
    [0.3, 7.35],
    [0.4, 8.94],
    [0.5, 11.28],
    [0.6, 13.04],
    [0.7, 15.25],
    [0.75, 17.74],
    [0.8, 20.63],
    [0.9, 32.2],
    [0.95, 39.97],
    [0.99, 52.72],
    [1, 65.67],
  ],
  correlation: [-0.63, -0.16, 0.25],
  weekdays: [0.94, 0.99, 1, 1, 0.73, 0.07, 0.06],
};

/**
 * Public charging: ElaadNL open data (Dutch public stations) as distributed with EV2Gym (MIT): share of arrivals per
 * quarter hour on weekdays, share of sessions that last longer and that take more than a value.
 */
const PUBLIC: Habits = {
  arrivalH: [
    [0, 4],
    [0.02, 7.5],
    [0.05, 8.25],
    [0.1, 9],
    [0.2, 10.25],
    [0.3, 12.25],
    [0.4, 14],
    [0.5, 16],
    [0.6, 17.75],
    [0.7, 18.5],
    [0.8, 19.75],
    [0.9, 21.5],
    [0.95, 22.75],
    [0.98, 24],
    [1, 28],
  ],
  stayH: [
    [0, 0.5],
    [0.1, 0.6],
    [0.2, 1.3],
    [0.3, 2.1],
    [0.4, 3],
    [0.5, 4.4],
    [0.6, 7.4],
    [0.7, 10.4],
    [0.8, 13.5],
    [0.9, 17.1],
    [0.95, 21.7],
    [0.99, 44.9],
    [1, 72],
  ],
  energyKwh: [
    [0, 0.5],
    [0.1, 1.6],
    [0.2, 3.4],
    [0.3, 4.9],
    [0.4, 6.2],
    [0.5, 7.2],
    [0.6, 8.6],
    [0.7, 11.3],
    [0.8, 17.2],
    [0.9, 29],
    [0.95, 41.6],
    [0.99, 63.6],
    [1, 75],
  ],
  correlation: [0.35, 0, 0.3],
  weekdays: [1, 1, 1, 1, 1, 0.9, 0.85],
};

/** Private charging at home, same source as `PUBLIC`. */
const HOME: Habits = {
  arrivalH: [
    [0, 4],
    [0.02, 9],
    [0.05, 11.5],
    [0.1, 14],
    [0.2, 16.75],
    [0.3, 17.75],
    [0.4, 18.5],
    [0.5, 19],
    [0.6, 19.75],
    [0.7, 20.75],
    [0.8, 22],
    [0.9, 23],
    [0.95, 23.75],
    [0.98, 24.5],
    [1, 28],
  ],
  stayH: [
    [0, 0.5],
    [0.05, 1],
    [0.1, 1.5],
    [0.2, 3.1],
    [0.3, 6.5],
    [0.4, 9.5],
    [0.5, 11],
    [0.6, 12.5],
    [0.7, 13.8],
    [0.8, 15.7],
    [0.9, 20.3],
    [0.95, 29.3],
    [0.99, 56.5],
    [1, 72],
  ],
  energyKwh: [
    [0, 0.6],
    [0.05, 1.8],
    [0.1, 3.3],
    [0.2, 6.6],
    [0.3, 10.1],
    [0.4, 14.6],
    [0.5, 19.4],
    [0.6, 24.9],
    [0.7, 31.9],
    [0.8, 40.4],
    [0.9, 51.4],
    [0.95, 59.6],
    [0.99, 73.4],
    [1, 90],
  ],
  correlation: [0, 0, 0.3],
  weekdays: [1, 1, 1, 1, 1, 0.95, 0.95],
};

export type Place = 'workplace' | 'public' | 'home';

export const HABITS: Readonly<Record<Place, Habits>> = { workplace: WORKPLACE, public: PUBLIC, home: HOME };

/**
 * True departure minus announced departure, minutes, of the 5,832 claimed JPL sessions (same source as `WORKPLACE`): a
 * quarter leave more than 15 minutes before what they said, two thirds later than they said.
 */
export const DEPARTURE_ERROR_MIN: QuantileTable = [
  [0, -600],
  [0.01, -430],
  [0.05, -254],
  [0.1, -138],
  [0.2, -42],
  [0.25, -20],
  [0.3, -6],
  [0.4, 10],
  [0.5, 29],
  [0.6, 54],
  [0.7, 92],
  [0.75, 118],
  [0.8, 153],
  [0.9, 268],
  [0.95, 356],
  [0.99, 521],
  [1, 700],
];
