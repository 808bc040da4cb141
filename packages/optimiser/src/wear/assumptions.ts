/** What an assessment takes for granted; printed with every result. */
import type { WearChemistry } from './models.ts';

export interface WearAssumptions {
  chemistry: WearChemistry;
  /** Cell temperature during the stay, degrees Celsius. */
  temperatureC: number;
  /** Price of a new pack, per kWh of capacity, in the problem's currency. */
  packPricePerKwh: number;
  /** Loss of capacity at which the pack has lost its value for driving, 0..1. */
  endOfLifeLoss: number;
  /** Age and yearly driving of the battery, which set how fast it ages now. */
  ageYears: number;
  drivingKwhPerYear: number;
  /** kWh that the warranty allows in discharge to the grid; null when it says nothing (D1.5-R3-3). */
  warrantyThroughputKwh: number | null;
  /** Relative uncertainty of every loss. */
  uncertainty: number;
}

/** A mid-size car of two years, 15,000 km a year at 0.186 kWh/km, as EV2Gym assumes. */
export const DEFAULT_WEAR_ASSUMPTIONS: WearAssumptions = {
  chemistry: 'nmc',
  temperatureC: 25,
  packPricePerKwh: 120,
  endOfLifeLoss: 0.2,
  ageYears: 2,
  drivingKwhPerYear: 2790,
  warrantyThroughputKwh: null,
  uncertainty: 0.3,
};
