import {
  type ClientInfo,
  type Invitation,
  OPTIMISATION_MODULE,
  type PartyRole,
  type Peer,
  type PeerStore,
  type PeerTerms,
  type Registrar,
} from '@smac/ocpi';
import type { Log } from '../../dispatch/index.ts';
import type { Store } from '../../store/index.ts';
import type { OcpiPeerHealthTable } from '../../store/tables/parties.ts';
import type { Clock } from '../../time/clock.ts';
import type { InviteTerms, Parties, PartyOutcome, PartyOverview } from './parties.ts';

export interface PartiesOptions {
  readonly store: Store;
  readonly peers: PeerStore;
  readonly registrar: Registrar;
  readonly clock: Clock;
  readonly log: Log;
  readonly allowPrivateAddresses: boolean;
  readonly hubOnly: boolean;
  /** Called when the shadow mode of a peer changes, after it is stored. */
  readonly onShadow: (peerId: string, shadow: boolean) => Promise<void>;
  /** Called when a peer is suspended or resumed. */
  readonly shadows: Set<string>;
}

const ROLES: readonly PartyRole[] = ['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP'];
/** Agreements a peer can have: the custom module and the extension fields this platform understands. */
const KNOWN_AGREEMENTS = [
  OPTIMISATION_MODULE,
  'charging_profiles',
  'v2x',
  'battery_capacity',
  'soc_preferences',
] as const;

/** Invitations, registered platforms, their agreements and their health. */
export function createParties(options: PartiesOptions): Parties {
  const { store, peers, registrar, clock, log, shadows } = options;

  async function known(peerId: string): Promise<Peer | undefined> {
    return peers.byId(peerId);
  }

  async function change(peerId: string, next: (peer: Peer) => Peer): Promise<PartyOutcome<undefined>> {
    const peer = await known(peerId);
    if (peer === undefined) return notFound(peerId);
    const saved = await peers.save({ ...next(peer), updatedMs: clock.now() }, peer);
    return saved ? { ok: true, data: undefined } : failed('The peer changed in the meantime; try again.');
  }

  return {
    async invite(terms) {
      const problem = problemOf(terms, options.hubOnly);
      if (problem !== undefined) return { ok: false, code: 'invalid', detail: problem };
      const agreed = peerTerms(terms, options.allowPrivateAddresses);
      const invitation: Invitation = await registrar.invite(agreed);
      if (terms.shadow === true) await setShadow(invitation.peerId, true);
      log.info({ peerId: invitation.peerId, role: terms.role }, `Invited ${agreed.name} as ${terms.role}`);
      return { ok: true, data: invitation };
    },
    async join(invitation, terms) {
      const problem = problemOf(terms, options.hubOnly);
      if (problem !== undefined) return { ok: false, code: 'invalid', detail: problem };
      const agreed = peerTerms(terms, options.allowPrivateAddresses);
      const joined = await registrar.register(invitation, agreed);
      if (!joined.ok) {
        const held = (await peers.list()).find(
          ({ state, versionsUrl }) => state === 'REGISTERED' && versionsUrl === invitation.versionsUrl,
        );
        return failed(
          held === undefined
            ? `${agreed.name} did not register us: ${joined.detail}`
            : `We are registered with ${held.name} already, which goes on as it is; an invitation works once. To register anew, ask for a new one. (${joined.detail})`,
        );
      }
      const peerId = joined.data.id;
      if (terms.shadow === true) await setShadow(peerId, true);
      log.info({ peerId, role: terms.role }, `Joined ${agreed.name} as ${terms.role}`);
      return { ok: true, data: { peerId } };
    },
    async list() {
      const [health, behind] = await Promise.all([
        store.db.selectFrom('ocpi_peer_health').selectAll().execute(),
        store.db.selectFrom('hub_client_info').select(['peer_id', 'info']).orderBy('party').execute(),
      ]);
      return (await peers.list()).map((peer) =>
        overview(
          peer,
          health.find((row) => row.peer_id === peer.id),
          behind.filter((row) => row.peer_id === peer.id).map(({ info }) => info as ClientInfo),
        ),
      );
    },
    peer: known,
    async rotate(peerId) {
      if ((await known(peerId)) === undefined) return notFound(peerId);
      const result = await registrar.rotate(peerId);
      return result.ok
        ? { ok: true, data: undefined }
        : failed(`The peer did not take new tokens: ${result.detail}`);
    },
    async reinvite(peerId) {
      const invitation = await registrar.reinvite(peerId);
      return invitation === undefined ? notFound(peerId) : { ok: true, data: invitation };
    },
    suspend: (peerId) => change(peerId, (peer) => ({ ...peer, state: 'SUSPENDED' })),
    async resume(peerId) {
      const peer = await known(peerId);
      if (peer === undefined) return notFound(peerId);
      if (peer.inboundTokens.length === 0 || peer.outboundToken === undefined) {
        return failed('The registration has ended; make a new invitation with reinvite.');
      }
      return change(peerId, (before) => ({ ...before, state: 'REGISTERED' }));
    },
    async setAgreements(peerId, agreements) {
      const strange = agreements.find((name) => !KNOWN_AGREEMENTS.some((known) => known === name));
      if (strange !== undefined) {
        return {
          ok: false,
          code: 'invalid',
          detail: `agreements: "${strange}" is unknown; use ${KNOWN_AGREEMENTS.join(', ')}.`,
        };
      }
      return change(peerId, (peer) => ({ ...peer, agreements: [...new Set(agreements)] }));
    },
    async setShadow(peerId, shadow) {
      if ((await known(peerId)) === undefined) return notFound(peerId);
      await setShadow(peerId, shadow);
      return { ok: true, data: undefined };
    },
    isShadow: async (peerId) => shadows.has(peerId),
  };

  async function setShadow(peerId: string, shadow: boolean): Promise<void> {
    await store.db
      .insertInto('ocpi_peer_health')
      .values({ peer_id: peerId, shadow })
      .onConflict((conflict) => conflict.column('peer_id').doUpdateSet({ shadow }))
      .execute();
    if (shadow) shadows.add(peerId);
    else shadows.delete(peerId);
    await options.onShadow(peerId, shadow);
  }
}

/** The invitation is the agreement that OCPI asks for before a custom module is sent (X1, D4.2-§4.1.2.2). */
function defaultAgreements(role: PartyRole): readonly string[] {
  return role === 'CPO' || role === 'HUB' ? [OPTIMISATION_MODULE] : [];
}

/** The terms in the words of the registrar. */
function peerTerms(terms: InviteTerms, allowPrivateAddresses: boolean): PeerTerms & { name: string } {
  const party = {
    countryCode: terms.country.toUpperCase(),
    partyId: terms.party.toUpperCase(),
    role: terms.role,
  };
  const further = (terms.furtherRoles ?? []).filter((role) => role !== terms.role);
  return {
    name: terms.name ?? `${party.countryCode}-${party.partyId}`,
    parties: [party, ...further.map((role) => ({ ...party, role }))],
    agreements: terms.agreements ?? defaultAgreements(terms.role),
    unitProfile: terms.unitProfile ?? 'd42-tables',
    rawToken: terms.rawToken ?? false,
    allowPrivateAddresses,
  };
}

function problemOf(terms: InviteTerms, hubOnly: boolean): string | undefined {
  if (!ROLES.includes(terms.role)) return `role: "${terms.role}" is unknown; use ${ROLES.join(', ')}.`;
  const strangeRole = terms.furtherRoles?.find((role) => !ROLES.includes(role));
  if (strangeRole !== undefined) return `furtherRoles: "${strangeRole}" is unknown; use ${ROLES.join(', ')}.`;
  if (!/^[A-Za-z]{2}$/.test(terms.country)) return 'country: must be two letters (ISO 3166-1), like NL.';
  if (!/^[A-Za-z0-9]{3}$/.test(terms.party)) return 'party: must be three letters or digits, like TNM.';
  if (hubOnly && terms.role !== 'HUB') {
    return 'role: this platform works behind a hub only; invite the hub with role HUB.';
  }
  const strange = terms.agreements?.find((name) => !KNOWN_AGREEMENTS.some((known) => known === name));
  if (strange !== undefined)
    return `agreements: "${strange}" is unknown; use ${KNOWN_AGREEMENTS.join(', ')}.`;
  return undefined;
}

function notFound(peerId: string): PartyOutcome<never> {
  return { ok: false, code: 'not-found', detail: `There is no peer ${peerId}; see the list of parties.` };
}

function failed(detail: string): PartyOutcome<never> {
  return { ok: false, code: 'failed', detail };
}

function overview(
  peer: Peer,
  health: OcpiPeerHealthTable | undefined,
  behind: readonly ClientInfo[],
): PartyOverview {
  return {
    peerId: peer.id,
    name: peer.name,
    state: peer.state,
    parties: peer.parties.map((each) => ({
      role: each.role,
      country: each.countryCode,
      party: each.partyId,
    })),
    behind: behind
      .filter(({ status }) => status === 'CONNECTED' || status === 'OFFLINE')
      .map(({ role, status, country_code, party_id }) => ({
        role,
        country: country_code.toUpperCase(),
        party: party_id.toUpperCase(),
        isUp: status === 'CONNECTED',
      })),
    version: peer.version ?? null,
    agreements: peer.agreements,
    unitProfile: peer.unitProfile,
    shadow: health?.shadow ?? false,
    health: health?.down_since_ms != null ? 'down' : health?.last_seen_ms != null ? 'up' : 'unknown',
    lastSeenMs: health?.last_seen_ms ?? null,
    lastError: health?.last_error ?? null,
    lastErrorAtMs: health?.last_error_ms ?? null,
    downSinceMs: health?.down_since_ms ?? null,
    lastPullMs: health?.last_pull_ms ?? null,
  };
}
