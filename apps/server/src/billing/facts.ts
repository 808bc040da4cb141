import type { CdrToken, Location, ProfileType, SignedData, Token, UsagePeriod } from '@smac/ocpi';

/** What is known of a session when it is billed. */
export interface SessionFacts {
  /** OCPI session id, at most 36 characters; a session is billed once. */
  readonly sessionId: string;
  /** A reservation that never became a session: there is no OCPI Session, `sessionId` is what tells it from others here. */
  readonly withoutSession?: true;
  /** Epoch ms, with a reservation before the session the start of that. */
  readonly startMs: number;
  readonly endMs: number;
  /** What was used, in both directions; `usageOfReadings` makes it from meter values. Everything billed comes from here. */
  readonly usage: readonly UsagePeriod[];
  /** The location as it was when the session started (OCPI 2.3.0 mod_cdrs: a CDR keeps what was valid then). */
  readonly location: Location;
  readonly evseUid: string;
  readonly connectorId: string;
  readonly token: CdrToken;
  readonly authMethod: 'AUTH_REQUEST' | 'COMMAND' | 'WHITELIST';
  readonly authorizationReference?: string;
  /** The driver's choices in time, the first one from the start; absent: the regular tariff. */
  readonly profiles?: readonly { readonly fromMs: number; readonly profileType: ProfileType }[];
  /** Paid at the station, without a contract. */
  readonly adHoc?: boolean;
  readonly meterId?: string;
  readonly signedData?: SignedData;
  /** BI20: the supplier the driver brings along; kept for the settlement. */
  readonly energyContract?: Token['energy_contract'];
}
