/** The value of every level of the contract's objective, most important first. kWh unless said. */
export interface LevelValues {
  /** 1b: excess of the base that remains. */
  excess: number;
  /** 2a to 2c. */
  minimums: number;
  priority: number;
  all: number;
  /** 2d: shortfall / need of every session with a need, largest first. */
  fractions: number[];
  /** Smallest need behind a fraction, 1 when there is none. */
  leastNeed: number;
  /** What all sessions ask for. */
  needs: number;
  /** Sessions and stores. */
  devices: number;
  /** What stores miss at the end. */
  stores: number;
  /** 2e: unmet need of FAST sessions, summed over slots. */
  fast: number;
  /** 2f: g of CO2 of what GREEN sessions draw beyond the site's own surplus. */
  green: number;
  /** 3, in the currency. */
  money: number;
}

/** Sessions with less need than this have no fraction, kWh. */
export const LEAST_NEED_KWH = 1e-6;
