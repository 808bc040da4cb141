export type { InviteTerms, Parties, PartyOutcome, PartyOverview } from './parties.ts';
export type { PullReport, Scsp, ScspConfig, ScspOptions } from './scsp.ts';
