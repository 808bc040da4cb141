import { CONNECTOR_LINES, type Evse, type PartyId, partyName } from '@smac/ocpi';
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
  #changes = 0;

  constructor(sites: Sites) {
    this.#sites = sites;
    this.#unsubscribe = sites.onTrigger((trigger) => {
      if (trigger.cause === 'location') this.clear();
      const moved = trigger.cause === 'session-stop' || trigger.cause === 'session-update';
      if (moved && trigger.session) this.forget(trigger.session);
    });
  }

  /** undefined: no live session of this peer has that id. */
  async of(key: SessionKey): Promise<Reach | undefined> {
    const name = keyOf(key);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const readings = this.#changes;
    const session = await this.#sites.session(key);
    const over =
      session?.status === 'COMPLETED' || session?.status === 'INVALID' || session?.endMs !== undefined;
    if (session === undefined || over) return undefined;
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
    // What changed while this was read would be forgotten for good.
    if (this.#changes === readings) this.#known.set(name, reach);
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
    this.#changes += 1;
    this.#known.clear();
    this.#locations.clear();
  }

  forget(key: SessionKey): void {
    this.#changes += 1;
    this.#known.delete(keyOf(key));
  }

  close(): void {
    this.#unsubscribe();
  }
}

function keyOf(key: SessionKey): string {
  return `${key.peerId}/${key.sessionId.toLowerCase()}`;
}

function electricalOf(evse: Evse | undefined, connectorId: string): Electrical {
  const connector = evse?.connectors.find(
    (candidate) => candidate.id.toLowerCase() === connectorId.toLowerCase(),
  );
  if (connector === undefined) return UNKNOWN_CONNECTOR;
  return { voltageV: connector.max_voltage, phases: CONNECTOR_LINES[connector.power_type] };
}
