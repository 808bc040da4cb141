export {
  type Action,
  actionsOf,
  type CsmsAction,
  type Initiator,
  initiatorOf,
  mayInitiate,
  type StationAction,
  type UnansweredAction,
  unansweredAction,
} from './actions.ts';
export type { KnownAction, Request, Response } from './payloads.ts';
