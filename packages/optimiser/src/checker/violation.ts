/** Everything the checker can find wrong with a plan; each code has a test that plants exactly it. */
export type ViolationCode =
  | 'shape'
  | 'outside_window'
  | 'charge_power'
  | 'discharge_power'
  | 'minimum_power'
  | 'soc_chain'
  | 'charges_and_discharges'
  | 'reserve_soc'
  | 'max_soc'
  | 'need_cap'
  | 'group_power'
  | 'group_phase'
  | 'site_phase'
  | 'import_limit'
  | 'base_over_limit'
  | 'export_limit'
  | 'store_charge_power'
  | 'store_discharge_power'
  | 'store_soc_chain'
  | 'store_min_soc'
  | 'store_max_soc'
  | 'store_end_soc'
  | 'net_power'
  | 'ev_power'
  | 'limit_figure'
  | 'session_energy'
  | 'session_shortfall'
  | 'planned_times'
  | 'total_shortfall'
  | 'over_limit'
  | 'cost_import'
  | 'cost_export'
  | 'cost_capacity'
  | 'cost_wear'
  | 'cost_opportunity'
  | 'cost_total'
  | 'bound'
  | 'gap'
  | 'status'
  | 'co2'
  | 'saving';

/** One broken rule. `where` is a path into the plan (`sessions[3].power_w[7]`), `message` says what and by how much. */
export interface Violation {
  /** The rule; those found in the baseline carry the prefix `baseline_`. */
  code: ViolationCode | `baseline_${ViolationCode}`;
  where: string;
  message: string;
}

/** Writes one violation down; the baseline's writer prefixes code and path. */
export type Finding = (code: ViolationCode, where: string, message: string) => void;
