import type { PlacedConnector } from '../place.ts';

/** A three-phase socket of 16 A. */
export const socket = (change: Partial<PlacedConnector> = {}): PlacedConnector => ({
  id: '1',
  connectorId: 1,
  standard: 'IEC_62196_T2',
  format: 'SOCKET',
  powerType: 'AC_3_PHASE',
  maxVoltageV: 230,
  maxCurrentA: 16,
  dischargeW: 0,
  tariffIds: [],
  ...change,
});
