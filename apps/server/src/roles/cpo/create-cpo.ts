import { type OcpiPorts, type Outcome, type Session, sameParty, type Token } from '@smac/ocpi';
import type { Owner } from '../../sites/index.ts';
import { commandsReceiver } from './commands-port.ts';
import { contextsFace } from './contexts-port.ts';
import { cdrsSender, locationsSender, sessionsSender, tariffsSender } from './data-ports.ts';
import type { ProfileSetter } from './executors.ts';
import { MOST_TOLD, NewestMap } from './newest-map.ts';
import { placesTeller } from './places-teller.ts';
import { profilesFace } from './profiles-port.ts';
import { pushCdr, pushSession, type ToldSessions } from './push.ts';
import { type CpoRooms, PROFILES_AGREEMENT } from './rooms.ts';
import { wishTeller } from './tell-wishes.ts';
import { storeToken, tokensReceiver } from './tokens-port.ts';

/** The OCPI faces of the charge point operator. */
export interface Cpo {
  /** Adds the faces of this role to those of the others. */
  ports(others: OcpiPorts): OcpiPorts;
  /** Where pulled tokens go. */
  putToken(owner: Owner, token: Token): Promise<Outcome<undefined>>;
  /** Tells the other platforms of an own session, in order. */
  sessionChanged(session: Session): void;
  /** Some platform was told of this session and waits for news of it. */
  isFollowed(sessionId: string): boolean;
  /** Tells who set a profile what is in force now. */
  activeChanged(sessionId: string): void;
  /** Whose profile holds for the session. */
  setterOf(sessionId: string): ProfileSetter | undefined;
  /** Takes up what was under way before a restart. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** `platform` is asked for when something is sent, not before. */
export function createCpo(options: Omit<CpoRooms, 'maySetProfiles' | 'isProvider'>): Cpo {
  const rooms: CpoRooms = {
    ...options,
    async maySetProfiles(peerId) {
      const peer = await options.platform().peers.byId(peerId);
      return peer?.agreements.includes(PROFILES_AGREEMENT) === true;
    },
    async isProvider(peerId, party) {
      const peer = await options.platform().peers.byId(peerId);
      if (peer === undefined) return false;
      const roles = peer.parties.filter((own) => sameParty(own, party)).map(({ role }) => role);
      // Which role a party behind a hub has, only the hub knows.
      const isBehindHub = peer.hubParty !== undefined && roles.length === 0;
      return isBehindHub || roles.includes('EMSP') || roles.includes('HUB');
    },
  };
  const { activity, log, billing } = rooms;
  const profiles = rooms.profiles && profilesFace(rooms, rooms.profiles);
  /** One line per session: what is told later must not overtake what was told before. */
  const lines = new Map<string, Promise<void>>();
  const told: ToldSessions = new NewestMap(MOST_TOLD);
  const wishes = wishTeller(rooms);
  const contexts = contextsFace(rooms);
  const places = placesTeller(rooms);

  function background(what: string, work: () => Promise<void>): Promise<void> {
    return activity.track(work).catch((error: unknown) => log.error({ error }, `${what} failed`));
  }

  const unsubscribe = billing.cdrs.onCdr(
    (cdr) => void background('Sending a CDR', () => pushCdr(rooms, cdr)),
  );

  const endChoices = rooms.sites.onTrigger(({ cause, session }) => {
    if (cause !== 'preferences' || session?.peerId !== rooms.network.owner.peerId) return;
    if (profiles?.setterOf(session.sessionId) === undefined) return;
    void background('Taking back a profile', () => profiles.chosen(session.sessionId));
  });

  return {
    ports: (others) => ({
      ...others,
      locations: { ...others.locations, sender: locationsSender(rooms) },
      sessions: { ...others.sessions, sender: sessionsSender(rooms, others.sessions?.sender) },
      tariffs: { ...others.tariffs, sender: tariffsSender(rooms) },
      cdrs: { ...others.cdrs, sender: cdrsSender(rooms) },
      tokens: { ...others.tokens, receiver: tokensReceiver(rooms) },
      commands: { ...others.commands, receiver: commandsReceiver(rooms) },
      smartchargingoptimisation: { ...others.smartchargingoptimisation, sender: contexts.sender },
      ...(profiles === undefined
        ? {}
        : { chargingprofiles: { ...others.chargingprofiles, receiver: profiles.receiver } }),
    }),
    putToken: (owner, token) => storeToken(rooms, owner, token),
    sessionChanged(session) {
      const before = lines.get(session.id) ?? Promise.resolve();
      const line = background('Sending a session', async () => {
        await before;
        await pushSession(rooms, told, session);
        if (session.status === 'COMPLETED' || session.status === 'INVALID') await profiles?.ended(session.id);
        await wishes(session);
      });
      lines.set(session.id, line);
      void line.then(() => {
        if (lines.get(session.id) === line) lines.delete(session.id);
      });
    },
    isFollowed: (sessionId) => (told.get(sessionId)?.size ?? 0) > 0,
    activeChanged(sessionId) {
      if (profiles === undefined) return;
      void background('Telling what is in force', () => profiles.activeChanged(sessionId));
    },
    setterOf: (sessionId) => profiles?.setterOf(sessionId),
    async start() {
      await profiles?.start();
    },
    async close() {
      unsubscribe();
      endChoices();
      await contexts.close();
      await places.close();
      await Promise.all(lines.values());
    },
  };
}
