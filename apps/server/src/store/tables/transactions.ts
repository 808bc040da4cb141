import type { Json } from './columns.ts';

/** One transaction of an own station; `id` is also the id of its OCPI session. */
export interface OcppTransactionTable {
  id: string;
  station_id: string;
  /** 2.x: the station's transactionId. 1.6: the number this back office gave it, as text. */
  station_ref: string;
  version: string;
  evse_id: number;
  connector_id: number;
  state: 'active' | 'ended';
  /** 2.x ChargingStateEnumType; 1.6: derived from the connector's status. */
  charging_state: string | null;
  token_uid: string | null;
  token_type: string | null;
  group_uid: string | null;
  /** What was answered when the token was presented. */
  token_status: string | null;
  start_ms: number;
  end_ms: number | null;
  /** Registers at the start and last believed, Wh. */
  import_start_wh: number | null;
  export_start_wh: number | null;
  import_wh: number | null;
  export_wh: number | null;
  /** When the registers were read. */
  import_ms: number | null;
  export_ms: number | null;
  /** Import minus export, W, at `power_ms`. */
  power_w: number | null;
  power_ms: number | null;
  soc: number | null;
  /** Capacity of the car's battery, Wh. */
  battery_wh: number | null;
  /** Phases the car was seen to use. */
  phases: number | null;
  metered_ms: number | null;
  stop_reason: string | null;
  remote_start_id: number | null;
  reservation_id: number | null;
  /** Highest sequence number seen (2.x); 0 in 1.6. */
  last_seq: number;
  /** Sequence numbers below it that never came. */
  missing_seq: Json<readonly number[]>;
  flags: Json<readonly string[]>;
  updated_ms: number;
  /** What the fold of reports has to remember; null: written before there was such a thing. */
  fold: Json<unknown> | null;
}

/** What a station said about a transaction, as it came. */
export interface TransactionEventTable {
  transaction_id: string;
  seq: number;
  /** Digest of the payload: a station that lost its count uses a number twice. Empty: written before this was kept. */
  content: string;
  kind: 'Started' | 'Updated' | 'Ended';
  trigger: string;
  at_ms: number;
  received_ms: number;
  offline: boolean;
  payload: Json<unknown>;
}

/** Partitioned by month; see `store/meter-partitions.ts`. */
export interface MeterValueTable {
  station_id: string;
  /** 0: the station's main meter. */
  evse_id: number;
  at_ms: number;
  context: string;
  transaction_id: string | null;
  received_ms: number;
  /** Registers, Wh: never netted (D1.5-Q5-10). */
  import_wh: number | null;
  export_wh: number | null;
  import_power_w: number | null;
  export_power_w: number | null;
  offered_w: number | null;
  soc: number | null;
  phases: Json<{
    readonly currentA?: readonly (number | null)[];
    readonly voltageV?: readonly (number | null)[];
  }> | null;
  other: Json<unknown> | null;
  /** Signed values byte for byte as the meter wrote them. */
  signed: Json<unknown> | null;
  flags: Json<readonly string[]> | null;
}

/** Tables of the rooms `transactions` and `metering`. */
export interface TransactionsTables {
  ocpp_transaction: OcppTransactionTable;
  transaction_event: TransactionEventTable;
  meter_value: MeterValueTable;
}
