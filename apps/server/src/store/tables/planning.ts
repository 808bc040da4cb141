import type { Identity, Json } from './columns.ts';

/** A plan with the snapshot it was made from; rows are inserted and deleted (retention), never updated. */
export interface PlanTable {
  number: Identity;
  context_id: string;
  context_version: number;
  causes: Json<unknown>;
  created_ms: number;
  snapshot_ms: number;
  shadow: boolean;
  status: string;
  solver: string;
  solve_ms: number;
  cost: number;
  saving: number;
  shortfall_wh: number;
  /** Net power and limit planned for slot 0, W: what holds until the next plan. */
  slot0_net_w: number | null;
  slot0_limit_w: number | null;
  problem: Json<unknown>;
  plan: Json<unknown>;
  sessions: Json<unknown>;
  degraded: Json<unknown>;
  reserved_w: Json<unknown> | null;
}

/** What was seen of stays: histograms per site and class of arrival (hours of the day) or of announcement. */
export interface StayHistogramTable {
  site_key: string;
  /** `hour:5` (local hour of arrival) or `announced:2-6` (announced hours). */
  class: string;
  counts: Json<unknown>;
  samples: number;
}

/** Tables of the planning room; their columns are created by its migrations. */
export interface PlanningTables {
  plan: PlanTable;
  stay_histogram: StayHistogramTable;
}
