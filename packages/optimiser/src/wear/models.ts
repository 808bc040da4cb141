/**
 * Two published ageing models, advanced from a stated age by what one stay adds. Losses are shares of the capacity.
 *
 * Both are laboratory fits: qualitative beyond their tests, and packs live 20 to 30 % shorter than cells. Hence the
 * +-30 % that every assessment prints.
 */
import { meanOverTime, type Stress } from './stress.ts';

/** What the battery has behind it: ageing is fast at first and slows down. */
export interface Age {
  days: number;
  equivalentFullCycles: number;
}

export interface CapacityLoss {
  calendar: number;
  cycle: number;
}

export interface WearModel {
  name: string;
  chemistry: string;
  source: string;
  /** Loss added by a stay at a cell temperature in degrees Celsius. */
  loss(stress: Stress, age: Age, temperatureC: number): CapacityLoss;
}

const kelvin = (celsius: number) => celsius + 273.15;

/** Ah of the Sanyo UR18650E cell the model was fitted to: its throughput terms count Ah of this cell. */
const SCHMALSTIEG_CELL_AH = 2.05;
const voltage = (soc: number) => 3.3324 + 0.8263 * soc;

const schmalstiegNmc: WearModel = {
  name: 'Schmalstieg 2014',
  chemistry: 'NMC/graphite',
  source: 'J. Schmalstieg et al., J. Power Sources 257 (2014), as parameterised in EV2Gym (MIT)',
  loss(stress, age, temperatureC) {
    const alpha =
      meanOverTime(stress.slots, (soc) => 7.543e6 * voltage(soc) - 23.75e6) *
      Math.exp(-6976 / kelvin(temperatureC));
    const meanVoltage = voltage(meanOverTime(stress.slots, (soc) => soc));
    const beta = 7.348e-3 * (meanVoltage - 3.667) ** 2 + 7.6e-4 + 4.081e-3 * stress.depth;
    const throughputAh = (cycles: number) => 2 * cycles * SCHMALSTIEG_CELL_AH;
    return {
      calendar: (alpha * 0.75 * stress.days) / age.days ** 0.25,
      cycle:
        (beta * 0.5 * throughputAh(stress.equivalentFullCycles)) /
        Math.sqrt(throughputAh(age.equivalentFullCycles)),
    };
  },
};

/** Potential of the graphite anode, V (Safari and Delacourt 2011). */
function anodePotential(soc: number): number {
  const x = 8.5e-3 + soc * (0.78 - 8.5e-3);
  return (
    0.6379 +
    0.5416 * Math.exp(-305.5309 * x) +
    0.044 * Math.tanh(-(x - 0.1958) / 0.1088) -
    0.1978 * Math.tanh((x - 1.0571) / 0.0854) -
    0.6875 * Math.tanh((x + 0.0117) / 0.0529) -
    0.0175 * Math.tanh((x - 0.5692) / 0.0875)
  );
}

const CALENDAR_POWER = 0.526;
const CYCLE_POWER = 0.828;

const blastLfp: WearModel = {
  name: 'BLAST-Lite LFP-Gr 250 Ah',
  chemistry: 'LFP/graphite',
  source: 'P. Gasper et al., NREL BLAST-Lite (BSD-3), data: J. Energy Storage 73 (2023) 109042',
  loss(stress, age, temperatureC) {
    const temperature = kelvin(temperatureC);
    const calendarRate = meanOverTime(
      stress.slots,
      (soc) => 8.37e4 * Math.exp(-5210 / temperature) * Math.exp((-3560 * anodePotential(soc)) / temperature),
    );
    const cycleRate =
      (4.38e-8 + 1.55e-8 * stress.depth + 1.68e-7 * stress.rate) *
      (Math.exp(2190 / temperature) + Math.exp(-1.55e5 / temperature));
    return {
      calendar: calendarRate * CALENDAR_POWER * age.days ** (CALENDAR_POWER - 1) * stress.days,
      cycle:
        cycleRate * CYCLE_POWER * age.equivalentFullCycles ** (CYCLE_POWER - 1) * stress.equivalentFullCycles,
    };
  },
};

export const WEAR_MODELS = { nmc: schmalstiegNmc, lfp: blastLfp } as const;
export type WearChemistry = keyof typeof WEAR_MODELS;
