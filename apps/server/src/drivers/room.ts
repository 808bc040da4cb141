import type { PartyId, Token } from '@smac/ocpi';
import type { Audit } from '../operators/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import type { AskIssuer } from './tokens.ts';

export interface DriversLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What every function of the room works with. */
export interface Room {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: DriversLog;
  readonly audit: Audit;
  /** 24 hexadecimal digits that nobody can guess. */
  readonly newId: () => string;
  /** This operator. */
  readonly party: PartyId;
  readonly issuerName: string;
  readonly askIssuer: AskIssuer;
  /** Whose reservation holds an EVSE now: nobody else charges there. */
  readonly holderAt: (stationId: string, evseId: number) => Promise<Token | undefined>;
  /** OCPI place of an EVSE, as far as it is known. */
  readonly placeOf: (
    stationId: string,
    evseId: number | undefined,
  ) => { readonly locationId: string; readonly evseUid?: string } | undefined;
}
