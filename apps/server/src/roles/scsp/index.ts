export { createScsp } from './create-scsp.ts';
export type { InviteTerms, Parties, PartyOutcome, PartyOverview } from './parties.ts';
export type { PullReport, Scsp, ScspConfig, ScspOptions } from './scsp.ts';
