export { Headroom } from './headroom.ts';
export { heuristicPowers } from './heuristic.ts';
export { Ledger } from './ledger.ts';
