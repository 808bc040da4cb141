/** The monthly usage of every socket and transaction (BI13). */
export type { ProfileInForce } from './profiles-in-force.ts';
export {
  createUsage,
  type LiveUsage,
  PARTICULARITIES,
  type Usage,
  type UsageReport,
  type UsageSocket,
  type UsageTransaction,
} from './usage.ts';
export { USAGE_PARTS, usageCsv } from './usage-csv.ts';
