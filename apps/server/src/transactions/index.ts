/** Transactions of own stations, in one form for OCPP 1.6, 2.0.1 and 2.1, and who may begin one. */
export type { Authoriser, TokenDecision, TokenStatus } from './authoriser.ts';
export { countedReadings } from './counted-readings.ts';
export {
  createTransactions,
  type RunningTransactions,
  type TransactionsOptions,
} from './create-transactions.ts';
export type { PresentedToken } from './report.ts';
export { exportedWh, importedWh, isEndedByUs, type TransactionState } from './state.ts';
export type {
  RemoteAnswer,
  RemoteStart,
  TransactionChange,
  TransactionQuery,
  Transactions,
} from './transactions.ts';
