import { type Connector, type Evse, type PartyId, partyName } from '@smac/ocpi';
import type { SessionKey } from '../../../dispatch/index.ts';
import type { Owner, Sites } from '../../../sites/index.ts';
import { type Electrical, UNKNOWN_CONNECTOR } from './wire-profile.ts';

/** What the target must know of a session before it sends anything. */
export interface Reach {
  /** The session as it is stored: ids are case-insensitive, keys of ours are not. */
  readonly key: SessionKey;
  readonly party: PartyId;
  /** false: the EVSE is known and does not take charging profiles (SMC_005). */
  readonly capable: boolean;
  readonly electrical: Electrical;
}

/** Looks sessions up once; what Locations say about an EVSE is forgotten when a location changes. */
export class Reaches {
  readonly #sites: Sites;
  readonly #known = new Map<string, Reach>();
  readonly #locations = new Map<string, Promise<readonly Evse[]>>();
  readonly #unsubscribe: () => void;

  constructor(sites: Sites) {
    this.#sites = sites;
    this.#unsubscribe = sites.onTrigger((trigger) => {
      if (trigger.cause === 'location') this.clear();
      if (trigger.cause === 'session-stop' && trigger.session) this.#known.delete(keyOf(trigger.session));
    });
  }

  /** undefined: no live session of this peer has that id. */
  async of(key: SessionKey): Promise<Reach | undefined> {
    const name = keyOf(key);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const session = await this.#sites.session(key);
    if (session === undefined || session.status === 'COMPLETED' || session.status === 'INVALID')
      return undefined;
    const [countryCode = '', partyId = ''] = session.party.split('-');
    const party = { countryCode, partyId };
    const evses = await this.#evsesOf({ peerId: key.peerId, party }, session.locationId);
    const evse = evses.find((each) => each.uid.toLowerCase() === session.evseUid.toLowerCase());
    const reach: Reach = {
      key: { peerId: key.peerId, sessionId: session.sessionId },
      party,
      capable: evse === undefined || (evse.capabilities ?? []).includes('CHARGING_PROFILE_CAPABLE'),
      electrical: electricalOf(evse, session.connectorId),
    };
    this.#known.set(name, reach);
    return reach;
  }

  /** One reading serves all sessions of a location that start together. */
  #evsesOf(owner: Owner, locationId: string): Promise<readonly Evse[]> {
    const name = `${owner.peerId}/${partyName(owner.party)}/${locationId.toLowerCase()}`;
    let reading = this.#locations.get(name);
    if (reading === undefined) {
      reading = this.#sites
        .getLocation(owner, { locationId })
        .then((found) => (found.ok && 'evses' in found.data ? (found.data.evses ?? []) : []));
      this.#locations.set(name, reading);
      // A failed reading must not be remembered.
      reading.catch(() => this.#locations.delete(name));
    }
    return reading;
  }

  /** A location changed. */
  clear(): void {
    this.#known.clear();
    this.#locations.clear();
  }

  forget(key: SessionKey): void {
    this.#known.delete(keyOf(key));
  }

  close(): void {
    this.#unsubscribe();
  }
}

function keyOf(key: SessionKey): string {
  return `${key.peerId}/${key.sessionId}`;
}

const PHASES: Readonly<Record<Connector['power_type'], number>> = {
  AC_1_PHASE: 1,
  AC_2_PHASE: 2,
  AC_2_PHASE_SPLIT: 1,
  AC_3_PHASE: 3,
  DC: 1,
};

function electricalOf(evse: Evse | undefined, connectorId: string): Electrical {
  const connector = evse?.connectors.find(
    (candidate) => candidate.id.toLowerCase() === connectorId.toLowerCase(),
  );
  if (connector === undefined) return UNKNOWN_CONNECTOR;
  return { voltageV: connector.max_voltage, phases: PHASES[connector.power_type] };
}
