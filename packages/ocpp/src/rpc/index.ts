export type {
  AnyAction,
  AnyConnection,
  CallOptions,
  Closure,
  Connection,
  OwnAction,
  Side,
} from './connection.ts';
export { CallFailure, callFailure, type ErrorCode } from './failure.ts';
export type { AnyCallHandler, CallContext, CallHandlers } from './handlers.ts';
export type { Fault, JournalEntry, Observer } from './journal.ts';
export { type ConnectionLimits, defaultLimits } from './limits.ts';
export {
  type CallOutcome,
  describeOutcome,
  describeProblems,
  type Problem,
  type SendOutcome,
} from './outcome.ts';
export { type Pending, type Remembered, ReplyCache, type ReplyCacheOptions } from './reply-cache.ts';
export { type Clock, type Log, type Random, silentLog } from './surroundings.ts';
