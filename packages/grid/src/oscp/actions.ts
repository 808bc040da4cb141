import type {
  AssetMeasurements,
  ComplianceError,
  GroupCapacityForecast,
  GroupMeasurements,
  Handshake,
  Heartbeat,
  Register,
} from './message.ts';

export const OSCP_VERSION = '2.0';

/** Capacity provider (grid operator), flexibility provider (charge point operator), capacity optimizer. */
export type OscpRole = 'cp' | 'fp' | 'co';

/** The body of every message; DELETE of a registration has none. */
export interface Bodies {
  readonly register: Register;
  readonly handshake: Handshake;
  readonly handshake_acknowledge: Handshake;
  readonly heartbeat: Heartbeat;
  readonly update_group_capacity_forecast: GroupCapacityForecast;
  readonly adjust_group_capacity_forecast: GroupCapacityForecast;
  readonly group_capacity_compliance_error: ComplianceError;
  readonly update_group_measurements: GroupMeasurements;
  readonly update_asset_measurements: AssetMeasurements;
}
export type Action = keyof Bodies;

interface ActionFacts {
  /** Name of its definition in the schema. */
  readonly definition: string;
  /** Who takes it. */
  readonly servedBy: readonly OscpRole[];
  /** The list that may be spread over segments. */
  readonly list?: string;
}

/** The messages of OSCP 2.0: the name is the path below the base URL. */
export const ACTIONS: Readonly<Record<Action, ActionFacts>> = {
  register: { definition: 'Register', servedBy: ['cp', 'fp', 'co'] },
  handshake: { definition: 'Handshake', servedBy: ['fp', 'co'] },
  handshake_acknowledge: { definition: 'HandshakeAcknowledge', servedBy: ['cp', 'fp'] },
  heartbeat: { definition: 'Heartbeat', servedBy: ['cp', 'fp', 'co'] },
  update_group_capacity_forecast: {
    definition: 'GroupCapacityForecast',
    servedBy: ['fp', 'co'],
    list: 'forecasted_blocks',
  },
  adjust_group_capacity_forecast: {
    definition: 'GroupCapacityForecast',
    servedBy: ['cp', 'fp'],
    list: 'forecasted_blocks',
  },
  group_capacity_compliance_error: {
    definition: 'GroupCapacityComplianceError',
    servedBy: ['cp'],
    list: 'forecasted_blocks',
  },
  update_group_measurements: {
    definition: 'UpdateGroupMeasurements',
    servedBy: ['cp'],
    list: 'measurements',
  },
  update_asset_measurements: {
    definition: 'UpdateAssetMeasurements',
    servedBy: ['co'],
    list: 'measurements',
  },
};

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];

export function isAction(name: string): name is Action {
  return Object.hasOwn(ACTIONS, name);
}
